package com.alumoutreach.analytics.ingesting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdSetTest {
    private final Random random = new Random(7);

    @Test
    void knowsAllThatWereAddedAndNoOthersHoweverManyThereAre() {
        IdSet ids = new IdSet(10);
        List<UUID> added = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            UUID id = new UUID(i < 25_000 ? i : random.nextLong(), i < 25_000 ? 0 : random.nextLong());
            ids.add(id);
            ids.add(id);
            added.add(id);
        }

        assertThat(added).allMatch(ids::contains);
        assertThat(ids.size()).isEqualTo(50_000);
        for (int i = 0; i < 50_000; i++) {
            assertThat(ids.contains(new UUID(random.nextLong(), random.nextLong())))
                    .isFalse();
        }
    }

    @Test
    void isEmptyAgainAfterItWasCleared() {
        IdSet ids = new IdSet(10);
        UUID id = new UUID(0, 0);
        ids.add(id);
        assertThat(ids.contains(id)).isTrue();

        ids.clear();

        assertThat(ids.contains(id)).isFalse();
        assertThat(ids.size()).isZero();
    }
}
