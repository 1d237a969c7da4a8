package com.alumoutreach.analytics.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No cluster runs here: what would be said to one is read by the engine's own parser, and compared. */
class ClickHouseLayoutIT {
    private static final ClickHouseLayout CLUSTER = new ClickHouseLayout("alum", "730d", "hot-cold");

    @SuppressWarnings("NullAway.Init")
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = AnalyticsRun.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void everyMigrationReachesEveryNodeAndParses() {
        List<String> statements = ClickHouseMigrations.all().stream()
                .flatMap(statement -> CLUSTER.statements(statement).stream())
                .toList();

        assertThat(statements).hasSizeGreaterThan(ClickHouseMigrations.all().size());
        assertThat(statements).allSatisfy(statement -> {
            String formatted = formatted(statement);
            assertThat(formatted).contains("ON CLUSTER alum");
            assertThat(formatted).doesNotContainPattern("ENGINE = (Replacing|Summing|Aggregating)?MergeTree");
        });
    }

    @Test
    void tableIsReplicatedOnItsShardsAndDistributedByTenant() {
        List<String> statements = CLUSTER.statements("""
                -- A comment; with the word TABLE.
                CREATE TABLE IF NOT EXISTS things (
                    tenant_id String
                )
                ENGINE = ReplacingMergeTree
                ORDER BY tenant_id""");

        assertThat(statements.stream().map(ClickHouseLayoutIT::formatted)).containsExactly("""
                        CREATE TABLE IF NOT EXISTS things_local ON CLUSTER alum
                        (
                            `tenant_id` String
                        )
                        ENGINE = ReplicatedReplacingMergeTree
                        ORDER BY tenant_id""", """
                        CREATE TABLE IF NOT EXISTS things ON CLUSTER alum AS things_local
                        ENGINE = Distributed('alum', currentDatabase(), 'things_local', cityHash64(tenant_id))""");
    }

    @Test
    void columnsAreAddedToBothTablesAndIndexesToTheStoredOne() {
        assertThat(CLUSTER.statements("ALTER TABLE things ADD COLUMN IF NOT EXISTS a String"))
                .containsExactly(
                        "ALTER TABLE things_local ON CLUSTER 'alum' ADD COLUMN IF NOT EXISTS a String",
                        "ALTER TABLE things ON CLUSTER 'alum' ADD COLUMN IF NOT EXISTS a String");
        assertThat(CLUSTER.statements("ALTER TABLE things ADD INDEX i a TYPE minmax"))
                .containsExactly("ALTER TABLE things_local ON CLUSTER 'alum' ADD INDEX i a TYPE minmax");
        assertThat(CLUSTER.statements("CREATE OR REPLACE VIEW v AS SELECT 1"))
                .containsExactly("CREATE OR REPLACE VIEW v ON CLUSTER 'alum' AS SELECT 1");
        assertThat(CLUSTER.stored("things")).isEqualTo("things_local ON CLUSTER 'alum'");
    }

    @Test
    void statementThatNobodyThoughtOfIsRefused() {
        assertThatThrownBy(() -> CLUSTER.statements("OPTIMIZE TABLE things")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void oneServerIsToldWhatIsWritten() {
        ClickHouseLayout one = new ClickHouseLayout("", "", "");

        assertThat(ClickHouseMigrations.all())
                .allSatisfy(s -> assertThat(one.statements(s)).containsExactly(s));
        assertThat(one.adjustments("ReplacingMergeTree ORDER BY id")).isEmpty();
    }

    @Test
    void retentionAndPolicyAreSaidToTheClusterToo() {
        assertThat(
                        CLUSTER
                                .adjustments(
                                        "ReplicatedReplacingMergeTree ORDER BY id SETTINGS index_granularity = 8192")
                                .stream()
                                .map(ClickHouseLayoutIT::formatted))
                .hasSize(2)
                .allSatisfy(s -> assertThat(s).startsWith("ALTER TABLE events_local ON CLUSTER alum"));
    }

    @Test
    void refusesWhatIsNoName() {
        assertThatThrownBy(() -> new ClickHouseLayout("a' b", "", "")).hasMessageContaining("cluster");
        assertThatThrownBy(() -> new ClickHouseLayout("", "2 years", "")).hasMessageContaining("730d");
        assertThatThrownBy(() -> new ClickHouseLayout("", "", "a;b")).hasMessageContaining("storage-policy");
    }

    @Test
    void retentionFollowsTheConfigurationAtEveryStart() {
        ServerAddresses servers = TestServers.get().newScope();

        assertThat(engine(
                        servers,
                        Map.of("alum.clickhouse.retention", "730d", "alum.clickhouse.storage-policy", "default")))
                .contains("TTL occurred_at + toIntervalDay(730)", "storage_policy = 'default'");
        assertThat(engine(servers, Map.of("alum.clickhouse.retention", "90d")))
                .contains("TTL occurred_at + toIntervalDay(90) WHERE type NOT IN ('campaign.cancelled'");
        assertThat(engine(servers, Map.of())).doesNotContain(" TTL ");
    }

    private static String engine(ServerAddresses servers, Map<String, Object> properties) {
        try (RunningService run = RunningService.start(servers, properties)) {
            run.context().getBean(EventsTable.class).ensure();
            return run.context()
                    .getBean(ClickHouse.class)
                    .query(
                            "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'events'",
                            Map.of())
                    .getFirst()
                    .getString("engine_full");
        }
    }

    /** As the engine's parser understood it. */
    private static String formatted(String statement) {
        return service.context()
                .getBean(ClickHouse.class)
                .query("SELECT formatQuery({statement:String}) AS text", Map.of("statement", statement))
                .getFirst()
                .getString("text");
    }
}
