package com.alumoutreach.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The cache of server binaries, outside the tree: {@code ~/.cache/alumoutreach}, or {@code ALUM_CACHE}. */
final class Downloads {
    private Downloads() {}

    /** Fills an empty folder with the files of one version of one server. */
    @FunctionalInterface
    interface Unpacker {
        void unpackInto(Path folder) throws IOException;
    }

    /**
     * The folder of that name; made by {@code unpacker} when it is missing. Several processes may ask at once, and a process
     * that dies on the way leaves no half of a folder.
     */
    static Path folder(String name, Unpacker unpacker) {
        Path cache = cache();
        Path folder = cache.resolve(name);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            Files.createDirectories(cache);
            try (FileChannel lock = FileChannel.open(
                            cache.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                if (held.isValid() && !Files.isDirectory(folder)) {
                    Path unfinished = Files.createTempDirectory(cache, name + ".tmp");
                    unpacker.unpackInto(unfinished);
                    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot unpack " + name + " into " + cache + ": " + e.getMessage(), e);
        }
    }

    private static Path cache() {
        String chosen = System.getenv("ALUM_CACHE");
        return chosen == null ? Path.of(System.getProperty("user.home"), ".cache", "alumoutreach") : Path.of(chosen);
    }
}
