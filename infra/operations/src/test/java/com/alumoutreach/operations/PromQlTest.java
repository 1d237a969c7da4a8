package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void findsTheNamesOfMetricsAndNoOthers() {
        assertThat(PromQl.metrics("""
                        max by (stream, consumer) (a_gap{stream="A", other=~"b_c (x)"})
                          < on (stream) group_left () 0.1 * max by (stream) (b_messages)
                        and histogram_quantile(0.95, sum by (le) (rate(c_bucket[5m]))) > 1e3 unless on (x) d offset 5m""")).containsExactly("a_gap", "b_messages", "c_bucket", "d");
    }
}
