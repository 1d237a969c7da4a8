package com.alumoutreach.suite.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteLockTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void isHeldByOneAtATime() {
        DataFolder data = DataFolder.at(folder);

        try (SuiteLock lock = SuiteLock.acquire(data).orElseThrow()) {
            assertThat(lock).isNotNull();
            assertThat(SuiteLock.isHeld(data)).isTrue();
            assertThat(SuiteLock.acquire(data)).isEmpty();
        }

        assertThat(SuiteLock.isHeld(data)).isFalse();
    }

    @Test
    void foldersDoNotDisturbEachOther() {
        try (SuiteLock one =
                        SuiteLock.acquire(DataFolder.at(folder.resolve("a"))).orElseThrow();
                SuiteLock other =
                        SuiteLock.acquire(DataFolder.at(folder.resolve("b"))).orElseThrow()) {
            assertThat(one).isNotEqualTo(other);
        }
    }
}
