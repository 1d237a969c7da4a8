package com.alumoutreach.suite.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void doesNotDeleteAFolderThatIsNoSuites() throws IOException {
        Path precious = Files.writeString(folder.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> DataFolder.at(folder).delete()).isInstanceOf(SuiteException.class);

        assertThat(precious).exists();
    }

    @Test
    void deletesASuitesFolder() {
        DataFolder data = DataFolder.at(folder.resolve("suite"));
        data.create();
        JwtSecret.of(data);

        data.delete();

        assertThat(data.root()).doesNotExist();
    }
}
