package com.alumoutreach.contacts.contact;

import java.net.IDN;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The form in which two e-mail addresses are the same mailbox: without blanks at the ends, in lower case, composed (NFC), the
 * domain in letters and not in Punycode. By it contacts are told apart and refusals are remembered; what is shown and written to
 * is the address as it was typed.
 */
public final class EmailAddresses {
    private static final String PUNYCODE = "xn--";

    /** IDNA2003, which is what Java has, makes ss and σ of these; by IDNA2008 they are domains of their own. */
    private static final String DEVIATIONS = "ßς";

    private EmailAddresses() {}

    /** Without blanks at its ends, of which spreadsheets leave some that cannot be seen. */
    static String stripped(String typed) {
        int from = 0;
        int to = typed.length();
        while (from < to && isBlank(typed.codePointAt(from))) {
            from += Character.charCount(typed.codePointAt(from));
        }
        while (to > from && isBlank(typed.codePointBefore(to))) {
            to -= Character.charCount(typed.codePointBefore(to));
        }
        return typed.substring(from, to);
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }

    /** Of an address, or of what may be one; a normal form is its own. */
    static String normal(String typed) {
        String lower = stripped(typed).toLowerCase(Locale.ROOT);
        if (isAscii(lower) && !lower.contains(PUNYCODE)) {
            return lower;
        }
        // Composed before and after: a capital and its accent may only be one letter as small ones, and the other way
        // round.
        String composed = composed(composed(stripped(typed)).toLowerCase(Locale.ROOT));
        return withLabels(composed, EmailAddresses::inLetters);
    }

    /** A normal form in the other spellings that older versions took for addresses of their own. The first is it itself. */
    public static Set<String> spellings(String normal) {
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(normal);
        if (!isAscii(normal)) {
            spellings.add(withLabels(normal, EmailAddresses::inPunycode));
            spellings.add(Normalizer.normalize(normal, Normalizer.Form.NFD));
        }
        return spellings;
    }

    private static String withLabels(String address, UnaryOperator<String> change) {
        int at = address.lastIndexOf('@') + 1;
        return address.substring(0, at)
                + Stream.of(address.substring(at).split("\\.", -1)).map(change).collect(Collectors.joining("."));
    }

    private static String inLetters(String label) {
        boolean punycode = label.startsWith(PUNYCODE);
        String ascii = punycode ? label : inPunycode(label);
        return ascii.startsWith(PUNYCODE)
                ? composed(IDN.toUnicode(ascii, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT))
                : ascii;
    }

    /** As it is where there is no such form: too long, or letters that IDNA2003 does not put together. */
    private static String inPunycode(String label) {
        if (isAscii(label) || label.chars().anyMatch(c -> DEVIATIONS.indexOf(c) >= 0)) {
            return label;
        }
        try {
            return IDN.toASCII(label, IDN.ALLOW_UNASSIGNED);
        } catch (IllegalArgumentException e) {
            return label;
        }
    }

    private static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }
}
