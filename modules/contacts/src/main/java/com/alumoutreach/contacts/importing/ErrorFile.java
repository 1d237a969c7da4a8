package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.contacts.importing.ImportRow.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The rows of an import that failed, as CSV: number, code, detail, and their own cells. Read page by page. A cell that a
 * spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV Injection).
 */
final class ErrorFile extends InputStream {
    private static final int PAGE = 1_000;

    private final Database database;
    private final ImportRepository imports;
    private final ContactImport of;
    private long after;
    private boolean end;
    private InputStream page;

    ErrorFile(Database database, ImportRepository imports, ContactImport of) {
        this.database = database;
        this.imports = imports;
        this.of = of;
        StringBuilder header = new StringBuilder("row,code,detail");
        List<String> columns = of.header();
        if (columns != null) {
            columns.forEach(column -> header.append(',').append(cell(column)));
        }
        this.page = bytes(header.append("\r\n"));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = page.read(buffer, offset, length);
        while (count < 0 && !end) {
            page = nextPage();
            count = page.read(buffer, offset, length);
        }
        return count;
    }

    private InputStream nextPage() {
        List<Failure> failures = database.inTransaction(of.tenantId(), tx -> imports.failures(tx, of, after, PAGE));
        end = failures.size() < PAGE;
        StringBuilder text = new StringBuilder();
        for (Failure failure : failures) {
            after = failure.number();
            text.append(failure.number())
                    .append(',')
                    .append(failure.code())
                    .append(',')
                    .append(cell(failure.detail()));
            failure.cells().forEach(cell -> text.append(',').append(cell(cell)));
            text.append("\r\n");
        }
        return bytes(text);
    }

    static String cell(String value) {
        String safe = !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static InputStream bytes(StringBuilder text) {
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
