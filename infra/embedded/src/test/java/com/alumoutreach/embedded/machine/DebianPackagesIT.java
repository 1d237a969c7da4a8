package com.alumoutreach.embedded.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianPackagesIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsDebian() {
        assumeThat(DebianPackages.available()).isTrue();
    }

    @Test
    void unpacksAPackageIntoTheFolder() throws IOException {
        new DebianPackages("trixie", "hello").unpackInto(folder);

        assertThat(folder.resolve("usr/bin/hello")).isExecutable();
    }

    @Test
    void aPackageThatIsNotThereIsNamed() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> new DebianPackages("trixie", "alumoutreach-has-no-such-package").unpackInto(folder))
                .withMessageContaining("alumoutreach-has-no-such-package");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }
}
