package com.alumoutreach.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContactCopyTest {
    @Test
    void ofATopicInTwoSpellingsTheLastWordCounts() {
        ContactCopy copy = ContactCopy.unknown("c").withConsent("email", "news", "revoked", 2);
        assertThat(copy.withConsent("email", "News", "granted", 3).facts().toJson())
                .isEqualTo("{\"consent.email.news\":\"granted\"}");
        assertThat(copy.withConsent("email", "News", "granted", 1)).isEqualTo(copy);
    }

    @Test
    void ofAGrantThatWasTakenBackRulesSeeNothingInWhateverOrderTheEventsArrive() {
        ContactCopy unknown = ContactCopy.unknown("c");
        ContactCopy inOrder =
                unknown.withConsent("email", null, "granted", 2).withConsent("email", null, ContactCopy.NO_CONSENT, 3);
        ContactCopy otherwise =
                unknown.withConsent("email", null, ContactCopy.NO_CONSENT, 3).withConsent("email", null, "granted", 2);
        assertThat(inOrder.facts().toJson()).isEqualTo(unknown.facts().toJson());
        assertThat(otherwise).isEqualTo(inOrder);
        assertThat(inOrder.withConsent("email", null, "revoked", 4).facts().toJson())
                .contains("\"consent.email\":\"revoked\"");
    }
}
