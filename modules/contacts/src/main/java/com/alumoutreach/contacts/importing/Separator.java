package com.alumoutreach.contacts.importing;

/** Finds out what separates the columns of a CSV file. */
final class Separator {
    private static final char[] KNOWN = {',', ';', '\t', '|'};

    private Separator() {}

    /** The one that is most often in the first row, outside of quotes; a comma where there is none. */
    static char in(CharSequence head) {
        int[] counts = new int[KNOWN.length];
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '\n' || c == '\r')) {
                if (any) {
                    break;
                }
            } else {
                any = true;
                for (int k = 0; k < KNOWN.length && !quoted; k++) {
                    counts[k] += c == KNOWN[k] ? 1 : 0;
                }
            }
        }
        int best = 0;
        for (int k = 1; k < KNOWN.length; k++) {
            best = counts[k] > counts[best] ? k : best;
        }
        return KNOWN[best];
    }
}
