package com.alumoutreach.embedded.machine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/** A cache of server binaries, outside the tree and shared by all suites of a user. */
public final class Downloads {
    private final Path cache;

    public Downloads(Path cache) {
        this.cache = cache;
    }

    /** In {@code ALUM_CACHE}, else {@code ~/.cache/alumoutreach}. */
    public static Downloads ofThisUser() {
        String chosen = System.getenv().getOrDefault("ALUM_CACHE", "");
        return new Downloads(
                chosen.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "alumoutreach")
                        : Path.of(chosen));
    }

    /** Fills an empty folder with the files of one version of one server. */
    @FunctionalInterface
    public interface Unpacker {
        void unpackInto(Path folder) throws IOException;
    }

    /**
     * The folder of that name; made by {@code unpacker} when it is missing or damaged. Several processes may ask at once, and
     * a process that dies on the way leaves no half of a folder.
     *
     * @param progress told in one line when a damaged folder is thrown away
     * @throws IOException with one line that says what failed
     */
    public Path folder(String name, Consumer<String> progress, Unpacker unpacker) throws IOException {
        Path folder = cache.resolve(name);
        Seal seal = new Seal(folder, cache.resolve(name + ".seal"));
        try {
            if (!whole(folder, seal)) {
                Files.createDirectories(cache);
                try (FileChannel lock = FileChannel.open(
                                cache.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var held = lock.lock()) {
                    if (held.isValid() && !whole(folder, seal)) {
                        fill(folder, seal, progress, unpacker);
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new IOException("Cannot put " + name + " into " + cache + ": " + FileErrors.reason(e), e);
        }
    }

    private static boolean whole(Path folder, Seal seal) throws IOException {
        return Files.isDirectory(folder) && seal.exists() && seal.damage().isEmpty();
    }

    private void fill(Path folder, Seal seal, Consumer<String> progress, Unpacker unpacker) throws IOException {
        if (Files.isDirectory(folder) && seal.exists()) {
            Optional<String> damage = seal.damage();
            progress.accept("Thrown away, because damaged: " + folder + " (" + damage.orElse("") + ")");
            deleteTree(folder);
        }
        if (!Files.isDirectory(folder)) {
            Path unfinished = Files.createTempDirectory(cache, folder.getFileName() + ".tmp");
            try {
                unpacker.unpackInto(unfinished);
                Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                deleteTree(unfinished);
            }
        }
        // Not before the move: a folder is only ever there whole, so one without a seal may be sealed as it is.
        seal.write();
    }

    /** Does nothing when there is none. */
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
