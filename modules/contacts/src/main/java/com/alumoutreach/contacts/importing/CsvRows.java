package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import java.io.IOException;
import java.io.Reader;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a CSV file (RFC 4180, with any separator of {@link Separator}). */
final class CsvRows implements FileRows {
    /** Where a quote is never closed, the rest of the file would be one cell. */
    static final int MAX_CELL = 1 << 20;

    private static final int MAX_ROW = 4 << 20;
    private static final int MAX_COLUMNS = 2_000;

    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final List<String> header;
    private final List<Field> fields;
    private long position;

    /** @throws UnreadableFileException when there is no header, or none that can be read or mapped */
    CsvRows(Reader file, char separator, ColumnMapping mapping) {
        this.reader = CsvReader.builder()
                .fieldSeparator(separator)
                .skipEmptyLines(true)
                .allowMissingFields(true)
                .allowExtraFields(true)
                .maxBufferSize(MAX_CELL)
                .build(
                        CsvRecordHandler.builder()
                                .maxFieldSize(MAX_CELL)
                                .maxRecordSize(MAX_ROW)
                                .maxFields(MAX_COLUMNS)
                                .build(),
                        file);
        this.records = reader.iterator();
        CsvRecord first = record();
        if (first == null) {
            throw new UnreadableFileException("The file is empty");
        }
        this.header = first.getFields();
        if (header.stream().anyMatch(column -> column.indexOf('\uFFFD') >= 0 || column.indexOf('\0') >= 0)) {
            throw new UnreadableFileException("The header is not text of an encoding that is known here");
        }
        this.fields = mapping.fields(header);
    }

    List<Field> fields() {
        return fields;
    }

    @Override
    public List<String> header() {
        return header;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void skipTo(long row) {
        while (position < row && record() != null) {
            position++;
        }
    }

    @Override
    public @Nullable Row next() {
        CsvRecord record = record();
        return record == null ? null : new CsvRow(++position, record.getFields(), fields);
    }

    private @Nullable CsvRecord record() {
        try {
            return records.hasNext() ? records.next() : null;
        } catch (CsvParseException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UnreadableFileException("Row " + (position + 1) + " cannot be read: it has more than "
                    + MAX_COLUMNS
                    + " columns, more than " + MAX_CELL + " characters in a cell, or a quote that is not closed ("
                    + cause.getMessage() + ")");
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    private record CsvRow(long number, List<String> cells, List<Field> fields) implements Row {
        @Override
        public int characters() {
            int sum = 0;
            for (String cell : cells) {
                sum += cell.length();
            }
            return sum;
        }

        @Override
        public RowDraft draft() {
            if (cells.size() != fields.size()) {
                throw ProblemException.badRequest(
                        "WRONG_COLUMN_COUNT", "The row has " + cells.size() + " columns, the header " + fields.size());
            }
            RowDraft draft = new RowDraft();
            for (int i = 0; i < fields.size(); i++) {
                String cell = cells.get(i);
                if (cell.indexOf('\uFFFD') >= 0) {
                    throw ProblemException.badRequest("INVALID_ENCODING", "The row is not of the file's encoding");
                }
                draft.put(fields.get(i), cell);
            }
            return draft;
        }
    }
}
