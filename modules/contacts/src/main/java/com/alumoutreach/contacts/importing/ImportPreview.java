package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.AttributeTypes;
import com.alumoutreach.contacts.contact.ContactFields;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the beginning of a file would be read as.
 *
 * @param separator of CSV
 * @param columns the header, and the field that each column would be
 * @param failure why the file as a whole cannot be read
 */
@Serdeable
record ImportPreview(
        String format,
        String encoding,
        @Nullable String separator,
        List<Column> columns,
        List<Row> rows,
        @Nullable String failure) {
    /** What is looked at. */
    private static final int BYTES = 1 << 18;

    private static final int ROWS = 20;

    @Serdeable
    record Column(String name, String field) {}

    /**
     * A row as it would be read, or what is wrong with it.
     *
     * @param consents by channel and topic
     */
    @Serdeable
    record Row(
            long row,
            @Nullable String email,
            @Nullable List<String> emails,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable String timeZone,
            @Nullable String locale,
            @Nullable Map<String, Object> attributes,
            @Nullable List<String> tags,
            @Nullable Map<String, Boolean> consents,
            @Nullable String code,
            @Nullable String detail) {}

    /** @throws ProblemException EMPTY_FILE */
    static ImportPreview of(
            InputStream file, ImportFormat format, ColumnMapping mapping, String region, AttributeTypes types)
            throws IOException {
        byte[] head = file.readNBytes(BYTES);
        if (head.length == 0) {
            throw ProblemException.badRequest("EMPTY_FILE", "The request has no file in its body");
        }
        TextEncoding tally = new TextEncoding();
        tally.add(head);
        Charset encoding = tally.found();
        boolean cut = head.length == BYTES;
        List<Column> columns = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        String failure = null;
        try (FileRows from = format.rows(new ByteArrayInputStream(head), encoding, mapping)) {
            if (from instanceof CsvRows csv) {
                for (int i = 0; i < csv.header().size(); i++) {
                    columns.add(
                            new Column(csv.header().get(i), csv.fields().get(i).wireName()));
                }
            }
            read(from, cut, mapping, row -> read(row, region, types), rows, columns);
        } catch (UnreadableFileException e) {
            failure = e.getMessage();
        }
        return new ImportPreview(
                format.wireName(),
                encoding.name(),
                format == ImportFormat.CSV ? separator(head, encoding) : null,
                columns,
                rows,
                failure);
    }

    private static void read(
            FileRows from,
            boolean cut,
            ColumnMapping mapping,
            Function<FileRows.Row, Row> reader,
            List<Row> rows,
            List<Column> columns) {
        Set<String> keys = new LinkedHashSet<>();
        FileRows.Row row = from.next();
        while (row != null && rows.size() < ROWS) {
            FileRows.Row following = from.next();
            // Where the file was cut off, the last row may be half of one.
            if (following == null && cut) {
                break;
            }
            rows.add(reader.apply(row));
            if (from instanceof JsonRows json) {
                keys.addAll(json.keys(row));
            }
            row = following;
        }
        keys.forEach(key -> {
            Field field = mapping.said(key);
            columns.add(new Column(key, (field == null ? Field.attribute(key) : field).wireName()));
        });
    }

    private static Row read(FileRows.Row row, String region, AttributeTypes types) {
        try {
            RowDraft draft = row.draft();
            ContactFields fields = types.applied(ContactFields.of(draft.said(null, null), region));
            if (fields.email() == null && fields.phone() == null) {
                throw ProblemException.badRequest("NO_ADDRESS", "A contact needs an email or a phone");
            }
            return new Row(
                    row.number(),
                    fields.email(),
                    fields.emails(),
                    fields.phone(),
                    fields.firstName(),
                    fields.lastName(),
                    fields.source(),
                    fields.timeZone(),
                    fields.locale(),
                    fields.attributes(),
                    fields.tags(),
                    draft.consents(),
                    null,
                    null);
        } catch (ProblemException e) {
            return new Row(
                    row.number(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    e.code(),
                    e.getMessage());
        }
    }

    private static String separator(byte[] head, Charset encoding) {
        try (BufferedReader text =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(head), encoding), BYTES)) {
            return String.valueOf(ImportFormat.separator(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
