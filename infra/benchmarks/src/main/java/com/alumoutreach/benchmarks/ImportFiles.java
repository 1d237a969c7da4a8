package com.alumoutreach.benchmarks;

import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.SearchTerms;
import com.alumoutreach.contracts.EventIds;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * The same contacts as somebody uploads them and as the table has them. Addresses are in no order, as in life.
 *
 * @param table CSV with the columns of {@link #COLUMNS}
 */
record ImportFiles(Path upload, Path table) {
    static final String COLUMNS = "id, tenant_id, identity, email, phone, phone_raw, first_name, last_name, source,"
            + " attributes, tags, version, created_at, updated_at, search";

    private static final String[] FIRST = {"Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara", "Ken", "Radia"};
    private static final String[] LAST = {"Lovelace", "Hopper", "Hamilton", "Ritchie", "Liskov", "Thompson", "Perlman"};
    private static final String[] STATES = {"CA", "NY", "TX", "WA", "OR", "LA", "FL", "IL", "MA", "OH"};

    static ImportFiles write(int rows) throws IOException {
        Path folder = Files.createDirectories(Path.of(".alum").toAbsolutePath());
        ImportFiles files = new ImportFiles(
                Files.createTempFile(folder, "import", ".csv"), Files.createTempFile(folder, "import", ".copy"));
        Random random = new Random(1);
        try (BufferedWriter upload = Files.newBufferedWriter(files.upload());
                BufferedWriter table = Files.newBufferedWriter(files.table())) {
            upload.write("First Name,Last Name,Email 1,Phone 1,Company,City,state\r\n");
            for (int i = 0; i < rows; i++) {
                String first = FIRST[random.nextInt(FIRST.length)];
                String last = LAST[random.nextInt(LAST.length)];
                String email = first + "." + Long.toHexString(random.nextLong()) + i + "@example.com";
                String number = String.valueOf(2_000_000_000L + random.nextLong(7_999_999_999L));
                String company = last + " and " + FIRST[random.nextInt(FIRST.length)] + " Ltd";
                String city = "City " + random.nextInt(1_000);
                String state = STATES[random.nextInt(STATES.length)];
                String phone =
                        "%s-%s-%s".formatted(number.substring(0, 3), number.substring(3, 6), number.substring(6));
                upload.write(String.join(",", first, last, email, phone, company, city, state));
                upload.write("\r\n");
                UUID id = EventIds.next();
                Contact contact = new Contact(
                        id,
                        BenchModule.TENANT,
                        email,
                        "+1" + number,
                        first,
                        last,
                        null,
                        null,
                        null,
                        List.of(),
                        phone,
                        Map.of("city", city, "state", state, "company", company),
                        List.of("bench"),
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH);
                table.write("""
                        %s,%s,%s,%s,+1%s,%s,%s,%s,,"{""city"": ""%s"", ""state"": ""%s"", ""company"": ""%s""}","{bench}",1,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,"%s"
                        """.formatted(
                                id,
                                BenchModule.TENANT,
                                email.toLowerCase(java.util.Locale.ROOT),
                                email,
                                number,
                                phone,
                                first,
                                last,
                                city,
                                state,
                                company,
                                SearchTerms.of(contact).replace("\"", "\"\"")));
            }
        }
        return files;
    }

    /** How many of the rows are of the state that the segment asks for is counted, not assumed. */
    long ofState(String state) throws IOException {
        try (var lines = Files.lines(upload)) {
            return lines.filter(line -> line.endsWith("," + state)).count();
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(upload);
        Files.deleteIfExists(table);
    }
}
