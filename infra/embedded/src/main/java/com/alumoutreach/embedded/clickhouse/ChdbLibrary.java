package com.alumoutreach.embedded.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
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
     * @throws IllegalStateException with one line that says what is missing
     */
    public static Path locate(Consumer<String> progress) {
        Path cache = cache();
        Path home = cache.resolve("chdb-" + VERSION);
        Path library = home.resolve(LIBRARY);
        if (Files.isRegularFile(library)) {
            return library;
        }
        requirePlatform();
        try {
            Files.createDirectories(cache);
            try (FileChannel lock = FileChannel.open(
                            cache.resolve("chdb.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                if (held.isValid() && !Files.isRegularFile(library)) {
                    progress.accept("Fetching " + PACKAGE + " " + VERSION + " (178 MB) into " + home);
                    fetch(cache, home);
                }
            }
            return library;
        } catch (IOException e) {
            throw new IllegalStateException("The chDB library could not be fetched: " + e.getMessage(), e);
        }
    }

    private static Path cache() {
        String chosen = System.getenv("ALUM_CACHE");
        return chosen == null || chosen.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "alumoutreach")
                : Path.of(chosen);
    }

    private static void requirePlatform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String cpu = System.getProperty("os.arch");
        if (!os.contains("linux") || !List.of("amd64", "x86_64").contains(cpu)) {
            throw new IllegalStateException("The embedded ClickHouse runs on Linux x86-64 with glibc only, not on " + os
                    + " " + cpu + ": set CLICKHOUSE_URL to a ClickHouse server instead");
        }
    }

    /** Works in a folder beside the target and renames at the end, so that a half-done fetch never counts. */
    private static void fetch(Path cache, Path home) throws IOException {
        Path work = Files.createTempDirectory(cache, "chdb-fetch");
        try {
            run(work, "npm", "pack", "--silent", "--ignore-scripts", PACKAGE + "@" + VERSION);
            Path archive;
            try (Stream<Path> files = Files.list(work)) {
                archive = files.filter(f -> f.toString().endsWith(".tgz"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("npm pack left no package"));
            }
            requireHash(archive);
            run(work, "tar", "-xzf", archive.getFileName().toString(), "package/" + LIBRARY);
            delete(home);
            Files.move(work.resolve("package"), home, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    private static void run(Path folder, String... command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output.txt").toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException(command[0] + " is missing: install it (Debian: apt-get install " + command[0]
                    + "), or set CLICKHOUSE_URL to a ClickHouse server");
        }
        try {
            if (process.waitFor() != 0) {
                String output =
                        Files.readString(folder.resolve("output.txt")).strip().replace('\n', ' ');
                throw new IOException(String.join(" ", command) + " failed: " + output);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
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

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
