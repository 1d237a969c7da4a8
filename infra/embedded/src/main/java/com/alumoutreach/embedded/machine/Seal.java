package com.alumoutreach.embedded.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * What an unpacked folder looked like when it was whole: a line a file with checksum, size, time of change and path, kept
 * beside the folder. Against damage (a full disk, a stray write), not against malice: who can write the folder can write this.
 */
final class Seal {
    private final Path folder;
    private final Path file;

    /** @param file where the lines are kept, outside the folder */
    Seal(Path folder, Path file) {
        this.folder = folder;
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    void write() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                lines.add("%08x %d %d %s"
                        .formatted(checksum(each), Files.size(each), changed(each), folder.relativize(each)));
            }
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(unfinished, lines);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The first file that is not as it was. Like git's index it reads a file only when its time of change differs, so that
     * half a gigabyte is not read at every start.
     */
    Optional<String> damage() throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split(" ", 4);
            if (fields.length < 4) {
                return Optional.of(file + " is cut off");
            }
            Path sealed = folder.resolve(fields[3]);
            if (!Files.isRegularFile(sealed)) {
                return Optional.of(sealed + " is missing");
            }
            if (Files.size(sealed) != Long.parseLong(fields[1])) {
                return Optional.of(sealed + " has another size than when it was unpacked");
            }
            if (changed(sealed) != Long.parseLong(fields[2]) && checksum(sealed) != Long.parseLong(fields[0], 16)) {
                return Optional.of(sealed + " has another checksum than when it was unpacked");
            }
        }
        return Optional.empty();
    }

    private static long changed(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }

    private static long checksum(Path file) throws IOException {
        try (InputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32C())) {
            in.transferTo(OutputStream.nullOutputStream());
            return ((CheckedInputStream) in).getChecksum().getValue();
        }
    }
}
