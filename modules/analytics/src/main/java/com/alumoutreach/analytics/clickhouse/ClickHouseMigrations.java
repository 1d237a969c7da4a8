package com.alumoutreach.analytics.clickhouse;

import com.clickhouse.client.api.query.GenericRecord;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to date, version by version. ClickHouse has no transactions: each statement can run again, as it will when a
 * process dies in the middle, or two begin at once.
 */
@Singleton
public final class ClickHouseMigrations {
    private static final Logger LOG = LoggerFactory.getLogger(ClickHouseMigrations.class);
    private static final List<String> VERSIONS =
            List.of("V1__events", "V2__typed_columns", "V4__figures", "V5__typed_by_their_types");
    private static final String HISTORY = """
            CREATE TABLE IF NOT EXISTS schema_versions (
                version String,
                applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
            )
            ENGINE = ReplacingMergeTree
            ORDER BY version""";

    private static final String ENGINE =
            "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name IN ('events', 'events_local')"
                    + " ORDER BY name DESC";

    private final ClickHouse clickHouse;
    private final ClickHouseLayout layout;

    ClickHouseMigrations(ClickHouse clickHouse, ClickHouseLayout layout) {
        this.clickHouse = clickHouse;
        this.layout = layout;
    }

    /** One after the other in this process: several works begin with it at once, and a TTL cannot be removed twice. */
    synchronized void run() {
        layout.statements(HISTORY).forEach(clickHouse::execute);
        Set<String> applied = clickHouse.query("SELECT DISTINCT version FROM schema_versions", Map.of()).stream()
                .map((GenericRecord row) -> row.getString("version"))
                .collect(Collectors.toSet());
        for (String version : VERSIONS) {
            if (!applied.contains(version)) {
                statements(version).stream()
                        .flatMap(statement -> layout.statements(statement).stream())
                        .forEach(clickHouse::execute);
                clickHouse.execute("INSERT INTO schema_versions (version) VALUES ('" + version + "')");
                LOG.info("clickhouse.migrated {}", version);
            }
        }
        String engine = clickHouse.query(ENGINE, Map.of()).getFirst().getString("engine_full");
        layout.adjustments(engine).forEach(clickHouse::execute);
    }

    /** Executes a definition that can be given again and again, such as that of a view; on all nodes of a cluster. */
    public void define(String statement) {
        layout.statements(statement).forEach(clickHouse::execute);
    }

    /** Those of all versions, in order, as they are written for one server. */
    static List<String> all() {
        return Stream.concat(Stream.of(HISTORY), VERSIONS.stream().flatMap(version -> statements(version).stream()))
                .toList();
    }

    private static List<String> statements(String version) {
        try (InputStream file = ClickHouseMigrations.class.getResourceAsStream("/clickhouse/" + version + ".sql")) {
            if (file == null) {
                throw new IllegalStateException("There is no migration " + version);
            }
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split(";\\s*(\n|$)"))
                    .filter(statement -> !statement.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
