package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.clickhouse.data.ClickHouseCityHash;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CityHashTest {
    @Test
    @SuppressWarnings("deprecation") // the driver's own copy, here as the oracle
    void agreesWithTheDriverForEveryLength() {
        byte[] bytes = new byte[2100];
        new Random(7).nextBytes(bytes);
        for (int length = 0; length < 2000; length++) {
            CityHash.Hash hash = CityHash.hash128(bytes, 25, length);
            assertThat(new long[] {hash.low(), hash.high()})
                    .as("length %d", length)
                    .isEqualTo(ClickHouseCityHash.cityHash128(bytes, 25, length));
        }
    }
}
