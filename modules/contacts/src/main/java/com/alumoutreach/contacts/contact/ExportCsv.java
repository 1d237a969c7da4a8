package com.alumoutreach.contacts.contact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** The export as a table: one line a value, with the service, the table and the row that it is from. */
final class ExportCsv {
    /** A cell that begins with one of these is a formula for a spreadsheet (OWASP, CSV injection). */
    private static final String FORMULA = "=+-@\t\r";

    private final CsvWriter csv;

    private ExportCsv(CsvWriter csv) {
        this.csv = csv;
    }

    static String of(ObjectNode export) {
        StringWriter text = new StringWriter();
        // The writer keeps lines back until it is closed.
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            new ExportCsv(csv).write(export);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(ObjectNode export) {
        csv.writeRecord("service", "table", "row", "field", "value");
        for (Map.Entry<String, JsonNode> service : export.path("services").properties()) {
            for (Map.Entry<String, JsonNode> table : service.getValue().properties()) {
                int row = 0;
                for (JsonNode each : table.getValue()) {
                    write(service.getKey(), table.getKey(), ++row, "", each);
                }
            }
        }
        export.path("missing")
                .forEach(service -> csv.writeRecord(service.asText(), "", "", "missing", "did not answer"));
    }

    private void write(String service, String table, int row, String path, JsonNode value) {
        if (value.isContainerNode() && !value.isEmpty()) {
            int index = 0;
            for (JsonNode element : value.isArray() ? value : MissingNode.getInstance()) {
                write(service, table, row, path + "[" + index++ + "]", element);
            }
            value.properties()
                    .forEach(field -> write(
                            service,
                            table,
                            row,
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue()));
        } else if (!value.isNull()) {
            csv.writeRecord(
                    service,
                    table,
                    Integer.toString(row),
                    safe(path),
                    safe(value.isTextual() ? value.textValue() : value.toString()));
        }
    }

    private static String safe(String cell) {
        return !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }
}
