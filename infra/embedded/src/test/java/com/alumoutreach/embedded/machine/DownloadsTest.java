package com.alumoutreach.embedded.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the cache is whole, or is made anew, or the reason is said. */
class DownloadsTest {
    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private int unpacked;

    @Test
    void unpacksOnce() throws IOException {
        assertThat(server()).hasContent("binary");
        assertThat(server()).hasContent("binary");
        assertThat(unpacked).isEqualTo(1);
        assertThat(said).isEmpty();
    }

    @Test
    void aFileThatWasCutOffIsMadeAnew() throws IOException {
        Files.writeString(server(), "bin");
        assertThat(server()).hasContent("binary");
        assertThat(unpacked).isEqualTo(2);
        assertThat(said).singleElement().asString().contains("bin/server has another size");
    }

    @Test
    void aFileThatWasWrittenOverIsMadeAnew() throws IOException {
        later(Files.writeString(server(), "BINARY"));
        assertThat(server()).hasContent("binary");
        assertThat(said).singleElement().asString().contains("bin/server has another checksum");
    }

    @Test
    void aMissingFileIsMadeAnew() throws IOException {
        Files.delete(server());
        assertThat(server()).hasContent("binary");
        assertThat(said).singleElement().asString().contains("bin/server is missing");
    }

    @Test
    void aCopyOfTheCacheWithOtherTimesIsWhole() throws IOException {
        later(server());
        assertThat(server()).hasContent("binary");
        assertThat(unpacked).isEqualTo(1);
    }

    @Test
    void aFolderOfTheTimeBeforeSealsIsSealedAsItIs() throws IOException {
        Path old = Files.createDirectories(folder.resolve("server-1/bin")).resolve("server");
        Files.writeString(old, "old binary");
        assertThat(server()).hasContent("old binary");
        Files.writeString(old, "");
        assertThat(server()).hasContent("binary");
    }

    @Test
    void aFailureLeavesNothingAndIsSaidInOneLine() throws IOException {
        Downloads downloads = new Downloads(folder);
        assertThatIOException()
                .isThrownBy(() -> downloads.folder("server-1", said::add, into -> {
                    Files.writeString(into.resolve("half"), "of it");
                    throw new IOException("no network\nsecond line");
                }))
                .withMessage("Cannot put server-1 into " + folder + ": no network");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(folder.resolve("server-1.lock"));
        }
        assertThat(server()).hasContent("binary");
    }

    @Test
    void aCacheThatCannotBeWrittenIsSaidInOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatIOException()
                .isThrownBy(() -> new Downloads(file).folder("server-1", said::add, into -> {}))
                .withMessage("Cannot put server-1 into " + file + ": " + file + " is in the way");
    }

    private Path server() throws IOException {
        return new Downloads(folder)
                .folder("server-1", said::add, into -> {
                    unpacked++;
                    Files.createDirectory(into.resolve("bin"));
                    Files.writeString(into.resolve("bin/server"), "binary");
                })
                .resolve("bin/server");
    }

    private static void later(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    }
}
