package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Everything that a suite keeps on disk; two suites with two folders know nothing of each other.
 *
 * @param root absolute
 */
public record DataFolder(Path root) {
    public static DataFolder at(Path path) {
        return new DataFolder(path.toAbsolutePath().normalize());
    }

    public Path runEnv() {
        return root.resolve("run.env");
    }

    public Path pid() {
        return root.resolve("suite.pid");
    }

    Path lock() {
        return root.resolve("suite.lock");
    }

    Path secrets() {
        return root.resolve("secrets");
    }

    /** What the embedded servers keep. */
    public Path servers() {
        return root.resolve("servers");
    }

    /** One file a mail. */
    public Path mail() {
        return root.resolve("mail");
    }

    /** Mails that are being written; beside {@link #mail()}, so that a file there is always whole. */
    public Path incomingMail() {
        return root.resolve("incoming-mail");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /** The services' log, a JSON object a line. */
    public Path suiteLog() {
        return logs().resolve("suite.log");
    }

    /** What a detached suite prints. */
    public Path suiteOutput() {
        return logs().resolve("suite.out");
    }

    public boolean exists() {
        return Files.isDirectory(root);
    }

    /** Only the owner may look in: addresses with passwords stand in several files. */
    void create() {
        try {
            if (!exists()) {
                Files.createDirectories(root, ownerOnly("rwx------"));
            }
            for (Path folder : new Path[] {root, logs(), mail(), incomingMail(), servers()}) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + root, e);
        }
    }

    /** Writes a whole file or none, readable by its owner only: it may hold passwords. */
    static void writePrivately(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".draft", ownerOnly("rw-------"));
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static FileAttribute<?> ownerOnly(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    /**
     * Deletes the folder and all in it.
     *
     * @throws SuiteException when it does not look like a suite's folder, for example {@code --data /home}
     */
    public void delete() {
        if (!Files.exists(secrets()) && !Files.exists(lock())) {
            throw new SuiteException(root + " is not the data folder of a suite; nothing was deleted");
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + root, e);
        }
    }
}
