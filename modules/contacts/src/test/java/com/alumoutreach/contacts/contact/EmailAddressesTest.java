package com.alumoutreach.contacts.contact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.backbone.http.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses with letters that can be written in more than one way, and with what cannot be seen. */
class EmailAddressesTest {
    private static final String NO_BREAK_SPACE = "\u00a0";
    private static final String ZERO_WIDTH_SPACE = "\u200b";

    @ParameterizedTest
    @CsvSource({
        "Jane@Example.com, jane@example.com",
        "J\u00f6rg@example.com, jo\u0308rg@example.com",
        "J\u00d6RG@example.com, jO\u0308rg@example.com",
        "a@m\u00fcller.example, a@xn--mller-kva.example",
        "a@MU\u0308LLER.example, a@XN--mller-KVA.example",
        "a@\u0909\u0926\u093e\u0939\u0930\u0923.example, a@xn--p1b6ci4b4b3a.example",
    })
    void twoSpellingsAreOneMailbox(String one, String other) {
        String normal = EmailAddresses.normal(one);
        assertThat(EmailAddresses.normal(other)).isEqualTo(normal);
        assertThat(EmailAddresses.normal(normal)).isEqualTo(normal);
        assertThat(EmailAddresses.normal(NO_BREAK_SPACE + one + ZERO_WIDTH_SPACE))
                .isEqualTo(normal);
        assertThat(EmailAddresses.spellings(normal))
                .contains(normal)
                .allSatisfy(
                        spelling -> assertThat(EmailAddresses.normal(spelling)).isEqualTo(normal));
    }

    /** By the rules of 2003 stra\u00dfe were strasse; by those of today it is another domain. */
    @ParameterizedTest
    @CsvSource({
        "a@stra\u00dfe.example, a@strasse.example",
        "a@muller.example, a@m\u00fcller.example",
        "jorg@example.com, j\u00f6rg@example.com"
    })
    void twoMailboxesStayTwo(String one, String other) {
        assertThat(EmailAddresses.normal(one)).isNotEqualTo(EmailAddresses.normal(other));
    }

    @Test
    void whatHasNoSuchFormIsItsOwn() {
        for (String odd : List.of(
                "a@xn--.example",
                "a@xn--zzzzzzzzzz\u00fc.example",
                "a@" + "\u00fc".repeat(63) + ".example",
                "",
                "@",
                "a")) {
            assertThat(EmailAddresses.normal(EmailAddresses.normal(odd))).isEqualTo(EmailAddresses.normal(odd));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@\u0909\u0926\u093e\u0939\u0930\u0923.\u092d\u093e\u0930\u0924",
                "jo\u0308rg@example.com",
                "\u00a0jane@example.com\u00a0",
                "\ufeffjane@example.com\u200b"
            })
    void isAnAddressAndShownAsItWasTyped(String typed) {
        String shown = typed.replaceAll("[\u00a0\u200b\ufeff]", "");
        assertThat(fields(typed).email()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ja\u00a0ne@example.com",
                "jane\u200b@example.com",
                "jane@exam\u200bple.com",
                "jane@\u00a0example.com",
                "ja\u2028ne@example.com",
                "jane@\u0301example.com"
            })
    void isNoAddress(String typed) {
        assertThatThrownBy(() -> fields(typed))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.code()).isEqualTo("INVALID_EMAIL"));
    }

    private static ContactFields fields(String email) {
        return ContactFields.of(
                new ContactFields.Said(email, null, null, null, null, null, null, null, null, null), "US");
    }
}
