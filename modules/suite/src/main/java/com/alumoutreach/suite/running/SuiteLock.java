package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One suite a folder. The operating system frees the lock when its holder dies, however it dies; a pid in a file would lie. */
public final class SuiteLock implements AutoCloseable {
    private final FileChannel channel;

    private SuiteLock(FileChannel channel) {
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
        try {
            FileChannel channel = FileChannel.open(data.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) {
                return new SuiteLock(channel);
            }
            channel.close();
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + data.lock(), e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
