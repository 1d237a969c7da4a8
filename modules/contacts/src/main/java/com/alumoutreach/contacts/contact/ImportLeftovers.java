package com.alumoutreach.contacts.contact;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What imports keep of a person: former values for undo, and cells of rows that failed, which belong to no contact and are found
 * by the addresses in them, and by numbers however they are written. Files are gone when their import is finished; one that still runs may bring the person back.
 */
final class ImportLeftovers {
    private static final String FOUND =
            "EXISTS (SELECT 1 FROM unnest(:addresses) AS a WHERE position(a IN lower(%s)) > 0)";

    private static final List<String> BY_CONTACT = List.of(
            "DELETE FROM contacts.import_changes WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)",
            "UPDATE contacts.import_kept SET detail = '' WHERE tenant_id = :tenant AND contact_id::text = ANY(:contacts)");

    /** A number is written in many ways; its digits, but for those of the country, stand in each of them. */
    private static final String BY_NUMBER = """
            UPDATE contacts.import_failures SET detail = '', cells = '[]' WHERE tenant_id = :tenant AND EXISTS (
              SELECT 1 FROM jsonb_array_elements_text(cells) AS c, unnest(:numbers) AS n
              WHERE position(n IN regexp_replace(c, '[^0-9]', '', 'g')) > 0)""";

    /** Shorter ones stand in many cells by chance; of them the whole number is looked for, with its country. */
    private static final int LEAST_DIGITS = 7;

    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private static final List<String> BY_ADDRESS = List.of(
            "UPDATE contacts.import_failures SET detail = '', cells = '[]' WHERE tenant_id = :tenant AND "
                    + FOUND.formatted("detail || cells::text"),
            "DELETE FROM contacts.import_rehearsals WHERE tenant_id = :tenant AND " + FOUND.formatted("contact::text"));

    private ImportLeftovers() {}

    /** @param addresses in lower case */
    static void erase(Handle tx, String tenant, Collection<String> contactIds, Collection<String> addresses) {
        for (String change : BY_CONTACT) {
            tx.createUpdate(change)
                    .bind("tenant", tenant)
                    .bindArray("contacts", String.class, contactIds.toArray())
                    .execute();
        }
        if (addresses.isEmpty()) {
            return;
        }
        for (String change : BY_ADDRESS) {
            tx.createUpdate(change)
                    .bind("tenant", tenant)
                    .bindArray("addresses", String.class, addresses.toArray())
                    .execute();
        }
        List<String> numbers = addresses.stream()
                .filter(address -> address.startsWith("+"))
                .map(ImportLeftovers::digits)
                .toList();
        if (!numbers.isEmpty()) {
            tx.createUpdate(BY_NUMBER)
                    .bind("tenant", tenant)
                    .bindArray("numbers", String.class, numbers.toArray())
                    .execute();
        }
    }

    /** @param number in E.164 */
    private static String digits(String number) {
        try {
            String national = PHONES.getNationalSignificantNumber(PHONES.parse(number, null));
            return national.length() < LEAST_DIGITS ? number.substring(1) : national;
        } catch (NumberParseException e) {
            return number.substring(1);
        }
    }
}
