package com.alumoutreach.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each benchmark with tiny sizes, so that none rots. How fast anything is, is no matter of tests. */
class BenchmarksIT {
    @ParameterizedTest
    @CsvSource({
        "relay --events 1500 --rounds 1, relay | ",
        "consume --events 600 --slow-events 20 --rounds 1, one transaction a message | ",
        "latency --seconds 1 --transactions-per-second 50 --requests-per-second 20 --transactions 20 --rounds 1, last handler's",
        "backlog --events 10000, last tenth to first tenth",
        "segments --contacts 3000 --events 600 --segments 4 --rounds 1, evaluation of behaviour",
        "import --rows 3000 --rounds 1, upload to the last member of a segment",
        "contacts --contacts 2000 --requests 3 --rounds 1, a word of one in eight",
        "ingest --events 3000 --slow-events 1000 --rounds 1, JetStream to ClickHouse",
        "kpi --events 8000 --tenants 4 --requests 2 --rounds 1, campaign_snapshot_today of all tenants"
    })
    void runsAndPrintsItsTable(String arguments, String line) {
        StringWriter printed = new StringWriter();

        int exit = BenchmarkApplication.run(new PrintWriter(printed, true), arguments.split(" "));

        assertThat(printed.toString()).contains("machine: ", "fsync=on", "sync_interval: always", line);
        assertThat(exit).isZero();
    }
}
