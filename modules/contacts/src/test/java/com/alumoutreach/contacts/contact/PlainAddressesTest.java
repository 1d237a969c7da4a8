package com.alumoutreach.contacts.contact;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick look never takes what the full check would refuse, nor makes another number of it. */
class PlainAddressesTest {
    private static final int TRIES = 20_000;
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void numbersAreWhatTheLibraryMakesOfThem(long seed) throws NumberParseException {
        Random random = new Random(seed);
        int recognised = 0;
        for (int i = 0; i < TRIES; i++) {
            String text = number(random);
            String plain = PlainAddresses.northAmerican(text, "US");
            if (plain != null) {
                recognised++;
                var number = PHONES.parse(text, "US");
                assertThat(PHONES.isPossibleNumber(number)).as(text).isTrue();
                assertThat(plain).as(text).isEqualTo(PHONES.format(number, PhoneNumberFormat.E164));
            }
        }
        assertThat(recognised).isGreaterThan(TRIES / 20);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void addressesAreThoseThatTheFullCheckTakes(long seed) {
        Random random = new Random(seed);
        int recognised = 0;
        for (int i = 0; i < TRIES; i++) {
            String text = address(random);
            if (PlainAddresses.email(text)) {
                recognised++;
                assertThat(ContactFields.EMAIL.matcher(text).matches()).as(text).isTrue();
            }
        }
        assertThat(recognised).isGreaterThan(TRIES / 20);
    }

    @ParameterizedTest
    @CsvSource({
        "a@b.co, true", "a.b+c@example.com, true", "a@b, false", ".a@b.co, false", "a..b@b.co, false", "a@-b.co, false",
        "a@b-.co, false", "a@b..co, false", "a@b.c0, false", "a@b.c, false", "@b.co, false", "a@b.co., false"
    })
    void knowsTheEdges(String text, boolean plain) {
        assertThat(PlainAddresses.email(text)).isEqualTo(plain);
    }

    private static String number(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "+1" : "");
        int digits = 9 + random.nextInt(3);
        for (int i = 0; i < digits; i++) {
            text.append(random.nextInt(10));
            if (random.nextInt(4) == 0) {
                text.append("- .()x".charAt(random.nextInt(6)));
            }
        }
        return text.toString();
    }

    private static String address(Random random) {
        return part(random, 1 + random.nextInt(8)) + "@" + part(random, 1 + random.nextInt(8)) + "."
                + (random.nextInt(3) == 0 ? part(random, 2) : "com");
    }

    private static String part(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abcXYZ019.-_+'\"@é".charAt(random.nextInt(random.nextInt(3) == 0 ? 17 : 9)));
        }
        return text.toString();
    }
}
