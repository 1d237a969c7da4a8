package com.alumoutreach.suite.running;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Loaded and linked classes of an earlier run of the same jar, which halve the time to start (JEP 483, 514). The first suite
 * after a build leaves them behind when it ends; the JVM needs some seconds for that, after everything else is done.
 */
final class StartCache {
    /** The JVM writes the file in place; until it has rested for so long it may not be whole. */
    private static final Duration RESTED = Duration.ofSeconds(20);

    private StartCache() {}

    /**
     * Options for the JVM; none where there can be no cache or somebody else is making it.
     *
     * @param classPath one jar; with folders in it there is no cache
     */
    static List<String> options(String classPath) {
        Path jar = Path.of(classPath.split(File.pathSeparator)[0]).toAbsolutePath();
        if (classPath.contains(File.pathSeparator) || !classPath.endsWith(".jar") || !Files.isRegularFile(jar)) {
            return List.of();
        }
        Path cache = jar.resolveSibling("suite.aot");
        Path fresh = jar.resolveSibling("suite.aot.new");
        try {
            if (!Files.exists(cache) && rested(fresh)) {
                Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
            }
            if (Files.exists(cache)) {
                return List.of("-XX:AOTCache=" + cache);
            }
            // Whoever makes this file makes the cache. Killed before its end it leaves none until the next build.
            Files.createFile(jar.resolveSibling("suite.aot.making"));
            return List.of("-XX:AOTCacheOutput=" + fresh);
        } catch (IOException e) {
            // Without a cache it only takes longer.
            return List.of();
        }
    }

    private static boolean rested(Path file) throws IOException {
        return Files.isRegularFile(file)
                && Files.getLastModifiedTime(file)
                        .toInstant()
                        .isBefore(Instant.now().minus(RESTED));
    }
}
