package com.alumoutreach.contacts.contact;

import org.jspecify.annotations.Nullable;

/**
 * Recognises the addresses that nearly all are, without regular expressions: an import checks a million of them. What it does not
 * recognise is for the full check to decide; the two cannot disagree about what is refused.
 */
final class PlainAddresses {
    private static final int MAX_LOCAL = 64;
    private static final int MAX_LABEL = 63;
    private static final int NATIONAL_DIGITS = 10;
    private static final String LOCAL = "!#$%&'*+-/=?^_`{|}~";

    private PlainAddresses() {}

    /** Whether it surely is an e-mail address. False says nothing. */
    static boolean email(String value) {
        int at = value.indexOf('@');
        if (at < 1 || at > MAX_LOCAL || !local(value, at)) {
            return false;
        }
        int labels = 0;
        int from = at + 1;
        while (from <= value.length()) {
            int dot = value.indexOf('.', from);
            boolean last = dot < 0;
            if (!label(value, from, last ? value.length() : dot, last)) {
                return false;
            }
            labels++;
            from = last ? value.length() + 1 : dot + 1;
        }
        return labels > 1;
    }

    private static boolean local(String value, int end) {
        boolean dot = true;
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '.' ? dot : !letter(c) && !digit(c) && LOCAL.indexOf(c) < 0) {
                return false;
            }
            dot = c == '.';
        }
        return !dot;
    }

    /** The last one has letters only. */
    private static boolean label(String value, int from, int end, boolean last) {
        if (end - from < (last ? 2 : 1) || end - from > MAX_LABEL) {
            return false;
        }
        for (int i = from; i < end; i++) {
            char c = value.charAt(i);
            boolean inside = i > from && i < end - 1;
            if (!letter(c) && (last || !digit(c) && !(inside && c == '-'))) {
                return false;
            }
        }
        return true;
    }

    /** In E.164, a number that surely is one of the North American plan; null says nothing. */
    static @Nullable String northAmerican(String value, String region) {
        boolean international = value.startsWith("+1");
        if (!international && !region.equals("US")) {
            return null;
        }
        StringBuilder digits = new StringBuilder("+1");
        for (int i = international ? 2 : 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (digit(c)) {
                digits.append(c);
            } else if (c != '-' && c != ' ' && c != '.' && c != '(' && c != ')') {
                return null;
            }
        }
        boolean ten = digits.length() == NATIONAL_DIGITS + 2;
        // A first digit of 0 or 1 may be a prefix.
        return ten && digits.charAt(2) >= '2' ? digits.toString() : null;
    }

    private static boolean letter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
