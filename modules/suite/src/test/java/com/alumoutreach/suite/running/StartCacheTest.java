package com.alumoutreach.suite.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
    @TempDir
    private Path folder;

    private String jar;

    @BeforeEach
    void makeJar() throws IOException {
        jar = Files.createFile(folder.resolve("suite.jar")).toString();
    }

    @Test
    void theFirstMakesItAndOthersMeanwhileDoWithout() {
        assertThat(StartCache.options(jar)).containsExactly("-XX:AOTCacheOutput=" + folder.resolve("suite.aot.new"));
        assertThat(StartCache.options(jar)).isEmpty();
    }

    @Test
    void itIsUsedWhenItIsSurelyWhole() throws IOException {
        StartCache.options(jar);
        Path fresh = Files.createFile(folder.resolve("suite.aot.new"));
        assertThat(StartCache.options(jar)).isEmpty();
        Files.setLastModifiedTime(fresh, FileTime.from(Instant.now().minusSeconds(60)));
        assertThat(StartCache.options(jar)).containsExactly("-XX:AOTCache=" + folder.resolve("suite.aot"));
        assertThat(StartCache.options(jar)).containsExactly("-XX:AOTCache=" + folder.resolve("suite.aot"));
    }

    @Test
    void aClassPathOfFoldersHasNone() {
        assertThat(StartCache.options(folder.toString())).isEmpty();
        assertThat(StartCache.options(jar + File.pathSeparator + jar)).isEmpty();
    }
}
