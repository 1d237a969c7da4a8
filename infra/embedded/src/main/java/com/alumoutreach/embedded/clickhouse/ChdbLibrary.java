package com.alumoutreach.embedded.clickhouse;

import com.alumoutreach.embedded.machine.Command;
import com.alumoutreach.embedded.machine.Downloads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Finds the chDB library, or fetches it once: the pinned npm package, checked against its pinned hash, unpacked into
 * {@code ~/.cache/alumoutreach} (elsewhere with {@code ALUM_CACHE}). The package is 178 MB, the library 566 MB.
 */
public final class ChdbLibrary {
    private static final String VERSION = "26.7.3-stable.1";
    private static final String PACKAGE = "@chdb/lib-linux-x64-gnu";
    // The integrity of the package of that version; no other platform has one.
    private static final String SHA512 =
            "XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==";
    private static final String LIBRARY = "libchdb.so";

    private ChdbLibrary() {}

    /**
     * Gives the library's file, fetching it if this machine has none yet; several processes may ask at once.
     *
     * @param progress told in one line before something takes long
     * @throws IOException with one line that says what is missing
     */
    public static Path locate(Consumer<String> progress) throws IOException {
        return Downloads.ofThisUser()
                .folder("chdb-" + VERSION, progress, folder -> fetch(folder, progress))
                .resolve(LIBRARY);
    }

    private static void requirePlatform() throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch");
        if (!os.contains("linux") || !List.of("amd64", "x86_64").contains(cpu)) {
            throw new IOException("the embedded ClickHouse runs on Linux x86-64 with glibc only, not on " + os + " "
                    + cpu + ": set ALUM_SERVERS=docker, or name servers of yours");
        }
    }

    private static void fetch(Path folder, Consumer<String> progress) throws IOException {
        requirePlatform();
        for (String program : List.of("npm", "tar")) {
            if (!Command.exists(program)) {
                throw new IOException(program + " is missing: install it (Debian: apt-get install " + program
                        + "), or set ALUM_SERVERS=docker");
            }
        }
        progress.accept("Fetching " + PACKAGE + " " + VERSION + " (178 MB), the ClickHouse engine");
        String identity = PACKAGE + "@" + VERSION;
        try {
            Command.run(folder, Map.of(), List.of("npm", "pack", "--loglevel=error", "--ignore-scripts", identity));
        } catch (IOException e) {
            throw new IOException(identity + " cannot be fetched, " + e.getMessage() + ": is there a network?", e);
        }
        Path archive;
        try (Stream<Path> files = Files.list(folder)) {
            archive = files.filter(f -> f.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm pack left no package"));
        }
        requireHash(archive);
        Command.run(
                folder,
                Map.of(),
                List.of("tar", "-xzf", archive.getFileName().toString(), "--strip-components=1", "package/" + LIBRARY));
        Files.delete(archive);
    }

    private static void requireHash(Path archive) throws IOException {
        try {
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            try (InputStream in = new DigestInputStream(Files.newInputStream(archive), sha512)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            if (!Base64.getEncoder().encodeToString(sha512.digest()).equals(SHA512)) {
                throw new IOException("the package's SHA-512 is not the pinned one");
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
