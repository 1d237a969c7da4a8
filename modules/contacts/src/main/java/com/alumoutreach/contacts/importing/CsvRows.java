package com.alumoutreach.contacts.importing;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark), read forward. */
final class CsvRows implements AutoCloseable {
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final List<String> header;
    private long position;

    /** @throws CsvParseException when there is no header, or none that is UTF-8 */
    CsvRows(InputStream file) {
        // What is no UTF-8 becomes U+FFFD, by which the row is recognised and rejected.
        this.reader = CsvReader.builder()
                .skipEmptyLines(true)
                .allowMissingFields(true)
                .allowExtraFields(true)
                .ofCsvRecord(new InputStreamReader(file, StandardCharsets.UTF_8));
        this.records = reader.iterator();
        if (!records.hasNext()) {
            throw new CsvParseException("The file is empty");
        }
        List<String> first = new ArrayList<>(records.next().getFields());
        first.set(0, first.getFirst().replace("\uFEFF", ""));
        if (first.stream().anyMatch(column -> column.indexOf('\uFFFD') >= 0 || column.indexOf('\0') >= 0)) {
            throw new CsvParseException("The header is not UTF-8 text");
        }
        this.header = first;
    }

    /** @param number from 1 */
    record Row(long number, List<String> values) {}

    List<String> header() {
        return header;
    }

    /** The last row that was read. */
    long position() {
        return position;
    }

    void skipTo(long row) {
        while (position < row && records.hasNext()) {
            records.next();
            position++;
        }
    }

    /** At most {@code limit} rows; empty at the end of the file. */
    List<Row> next(int limit) {
        List<Row> rows = new ArrayList<>(limit);
        while (rows.size() < limit && records.hasNext()) {
            position++;
            rows.add(new Row(position, records.next().getFields()));
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
