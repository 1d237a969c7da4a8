package com.alumoutreach.segments.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The first column of a file of members.
 *
 * @param firstLine the number of the first value's line, from 1
 */
record MemberFile(List<String> values, int firstLine) {
    private static final Set<String> HEADERS = Set.of("email", "e-mail", "id", "contactid", "contact_id", "contact");
    private static final String SEPARATORS = ",;\t";

    static MemberFile read(String text) {
        List<String> values = new ArrayList<>();
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        content.lines().map(MemberFile::first).forEach(values::add);
        boolean header = !values.isEmpty() && HEADERS.contains(values.getFirst().toLowerCase(Locale.ROOT));
        return header ? new MemberFile(values.subList(1, values.size()), 2) : new MemberFile(values, 1);
    }

    /** Ids and addresses have no quotes and no separators within. */
    private static String first(String line) {
        int end = 0;
        while (end < line.length() && SEPARATORS.indexOf(line.charAt(end)) < 0) {
            end++;
        }
        String value = line.substring(0, end).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).strip() : value;
    }
}
