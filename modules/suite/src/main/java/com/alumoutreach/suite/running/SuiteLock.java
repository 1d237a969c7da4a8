package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One suite a folder. The operating system frees the lock when its holder dies, however it dies; a pid in a file would lie. */
public final class SuiteLock implements AutoCloseable {
    /** Of this process. POSIX frees a lock when its process closes any descriptor of the file, so we never open one twice. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private SuiteLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Empty when another process holds it. */
    public static Optional<SuiteLock> acquire(DataFolder data) {
        data.create();
        return Optional.ofNullable(tryLock(data));
    }

    public static boolean isHeld(DataFolder data) {
        if (!Files.exists(data.lock())) {
            return false;
        }
        SuiteLock lock = tryLock(data);
        if (lock == null) {
            return true;
        }
        lock.close();
        return false;
    }

    /** The process of the running suite, as it wrote it down. */
    public static Optional<ProcessHandle> holder(DataFolder data) {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(data.pid()).trim()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static @Nullable SuiteLock tryLock(DataFolder data) {
        if (!OURS.add(data.lock())) {
            return null;
        }
        SuiteLock lock = null;
        try {
            lock = locked(data.lock());
            return lock;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + data.lock(), e);
        } finally {
            if (lock == null) {
                OURS.remove(data.lock());
            }
        }
    }

    private static @Nullable SuiteLock locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() != null) {
            return new SuiteLock(file, channel);
        }
        channel.close();
        return null;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            OURS.remove(file);
        }
    }
}
