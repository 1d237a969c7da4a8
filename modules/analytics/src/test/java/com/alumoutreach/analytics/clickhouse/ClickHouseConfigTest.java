package com.alumoutreach.analytics.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClickHouseConfigTest {
    @Test
    void takesUserPasswordAndDatabaseOutOfTheUrl() {
        ClickHouseConfig config =
                new ClickHouseConfig("http://alum:p%40ss@127.0.0.1:8124/metrics", "default", "", "default").resolved();

        assertThat(config).isEqualTo(new ClickHouseConfig("http://127.0.0.1:8124", "alum", "p@ss", "metrics"));
    }

    @Test
    void takesTheDatabaseFromTheQueryToo() {
        ClickHouseConfig config =
                new ClickHouseConfig("http://127.0.0.1:8124/?database=metrics", "alum", "secret", "default").resolved();

        assertThat(config).isEqualTo(new ClickHouseConfig("http://127.0.0.1:8124", "alum", "secret", "metrics"));
    }

    @Test
    void keepsWhatTheUrlDoesNotSay() {
        ClickHouseConfig config = new ClickHouseConfig("http://clickhouse", "alum", "secret", "metrics").resolved();

        assertThat(config).isEqualTo(new ClickHouseConfig("http://clickhouse:8123", "alum", "secret", "metrics"));
    }

    @Test
    void doesNotShowThePassword() {
        assertThat(new ClickHouseConfig("http://alum:secret@127.0.0.1:8124/m", "u", "secret", "d"))
                .asString()
                .doesNotContain("secret");
    }
}
