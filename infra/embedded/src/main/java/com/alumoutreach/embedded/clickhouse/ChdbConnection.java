package com.alumoutreach.embedded.clickhouse;

import static com.alumoutreach.embedded.clickhouse.ChdbFunctions.call;
import static com.alumoutreach.embedded.clickhouse.ChdbFunctions.number;
import static com.alumoutreach.embedded.clickhouse.ChdbFunctions.pointer;
import static com.alumoutreach.embedded.clickhouse.ChdbFunctions.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session of the engine, with settings and a current database of its own. A request opens one and closes it (half a
 * millisecond), so that nothing of a request outlives it. Not for several threads at once.
 */
final class ChdbConnection implements AutoCloseable {
    // Copies between engine and stream in pieces of this size, so that a large result never becomes one array.
    private static final int PIECE = 1 << 16;
    private static final int STREAMING_UNSUPPORTED = 36;
    private static final int ANALYSIS_BYTES = 16;

    private final ChdbFunctions chdb;
    private final MemorySegment handle;
    private final MemorySegment session;

    private ChdbConnection(ChdbFunctions chdb, MemorySegment handle) {
        this.chdb = chdb;
        this.handle = handle;
        this.session = handle.reinterpret(ValueLayout.ADDRESS.byteSize()).get(ValueLayout.ADDRESS, 0);
    }

    static ChdbConnection open(ChdbFunctions chdb, String... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argv = arena.allocate(ValueLayout.ADDRESS, arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                argv.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(arguments[i]));
            }
            MemorySegment handle = pointer(chdb.connect, arguments.length, argv);
            if (handle.equals(MemorySegment.NULL)) {
                throw new IllegalStateException("chDB did not start with " + String.join(" ", arguments));
            }
            return new ChdbConnection(chdb, handle);
        }
    }

    /** Runs a statement and writes its whole answer; the engine holds the answer in memory meanwhile. */
    QueryStatistics query(byte[] sql, String format, Map<String, String> parameters, OutputStream out)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = pointer(chdb.query, arguments(arena, sql, format, parameters));
            return drain(result, 0, out);
        }
    }

    /** Runs a statement for its effect. */
    void execute(String sql) {
        try {
            query(sql.getBytes(StandardCharsets.UTF_8), "Null", Map.of(), OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new IllegalStateException("A null stream does not fail", e);
        }
    }

    /**
     * Runs a query and writes its answer block by block as the engine produces it, so that memory stays bounded.
     *
     * @return nothing if the engine does not stream this kind of statement; then it has not been run
     */
    @Nullable
    QueryStatistics stream(byte[] sql, String format, Map<String, String> parameters, OutputStream out)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stream = pointer(chdb.openStream, arguments(arena, sql, format, parameters));
            boolean finished = false;
            try {
                String error = text(pointer(chdb.error, stream));
                if (error != null) {
                    finished = true;
                    ClickHouseException e = ClickHouseException.fromEngine(error);
                    if (e.code() == STREAMING_UNSUPPORTED && error.contains("Streaming query is not supported")) {
                        return null;
                    }
                    throw e;
                }
                QueryStatistics total = QueryStatistics.NONE;
                long repeated = 0;
                while (!finished) {
                    MemorySegment block = pointer(chdb.fetch, session, stream);
                    finished = number(chdb.length, block) == 0;
                    long header = repeated > 0 || finished ? repeated : RowBinaryHeader.length(format, content(block));
                    total = total.plus(drain(block, repeated, out));
                    repeated = header;
                }
                return total;
            } finally {
                if (!finished) {
                    call(chdb.cancelStream, session, stream);
                }
                call(chdb.destroyResult, stream);
            }
        }
    }

    /**
     * Inserts formatted rows, byte for byte as they come.
     *
     * @param header the INSERT statement without its FORMAT clause and data
     */
    QueryStatistics insert(byte[] header, String format, Map<String, String> parameters, InputStream rows)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment insert = pointer(chdb.openInsert, arguments(arena, header, format, parameters));
            boolean finished = false;
            try {
                failOn(text(pointer(chdb.insertError, insert)));
                byte[] piece = new byte[PIECE];
                MemorySegment copy = arena.allocate(PIECE);
                for (int n = rows.readNBytes(piece, 0, PIECE); n > 0; n = rows.readNBytes(piece, 0, PIECE)) {
                    MemorySegment.copy(piece, 0, copy, ValueLayout.JAVA_BYTE, 0, n);
                    if (number(chdb.append, insert, copy, (long) n) != 0) {
                        break; // the stream has failed already; finishing it tells why
                    }
                }
                finished = true;
                return drain(pointer(chdb.finishInsert, insert), 0, OutputStream.nullOutputStream());
            } finally {
                // The caller went away half-way: what is not yet written must not be.
                if (!finished) {
                    call(chdb.cancelInsert, insert);
                }
                call(chdb.destroyInsert, insert);
            }
        }
    }

    /** How many statements the text holds; 0 if it does not parse. */
    int statements(byte[] sql) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment analysis = arena.allocate(ANALYSIS_BYTES, ValueLayout.JAVA_INT.byteSize());
            analysis.set(ValueLayout.JAVA_INT, 0, ANALYSIS_BYTES);
            number(chdb.classify, session, bytes(arena, sql), (long) sql.length, MemorySegment.NULL, 0L, analysis);
            return analysis.get(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT.byteSize());
        }
    }

    @Override
    public void close() {
        call(chdb.closeConnection, handle);
    }

    private MemorySegment content(MemorySegment result) {
        return pointer(chdb.buffer, result).reinterpret(number(chdb.length, result));
    }

    /** Writes what a result holds from a position on, and frees it. */
    private QueryStatistics drain(MemorySegment result, long from, OutputStream out) throws IOException {
        try {
            failOn(text(pointer(chdb.error, result)));
            MemorySegment bytes = content(result);
            long length = bytes.byteSize();
            byte[] piece = new byte[(int) Math.clamp(length - from, 0, PIECE)];
            for (long at = from; at < length; at += PIECE) {
                int n = (int) Math.min(PIECE, length - at);
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, piece, 0, n);
                out.write(piece, 0, n);
            }
            return new QueryStatistics(
                    counter(chdb.readRows, result),
                    counter(chdb.readBytes, result),
                    counter(chdb.writtenRows, result),
                    counter(chdb.writtenBytes, result),
                    counter(chdb.resultRows, result),
                    length);
        } finally {
            call(chdb.destroyResult, result);
        }
    }

    private long counter(MethodHandle counter, MemorySegment result) {
        return number(counter, result);
    }

    private static void failOn(@Nullable String error) {
        if (error != null) {
            throw ClickHouseException.fromEngine(error);
        }
    }

    private Object[] arguments(Arena arena, byte[] sql, String format, Map<String, String> parameters) {
        byte[] formatBytes = format.getBytes(StandardCharsets.UTF_8);
        int count = parameters.size();
        MemorySegment names = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
        MemorySegment nameLengths = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, count));
        MemorySegment values = arena.allocate(ValueLayout.ADDRESS, Math.max(1, count));
        MemorySegment valueLengths = arena.allocate(ValueLayout.JAVA_LONG, Math.max(1, count));
        int i = 0;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            byte[] name = parameter.getKey().getBytes(StandardCharsets.UTF_8);
            byte[] value = parameter.getValue().getBytes(StandardCharsets.UTF_8);
            names.setAtIndex(ValueLayout.ADDRESS, i, bytes(arena, name));
            nameLengths.setAtIndex(ValueLayout.JAVA_LONG, i, name.length);
            values.setAtIndex(ValueLayout.ADDRESS, i, bytes(arena, value));
            valueLengths.setAtIndex(ValueLayout.JAVA_LONG, i, value.length);
            i++;
        }
        return new Object[] {
            session,
            bytes(arena, sql),
            (long) sql.length,
            bytes(arena, formatBytes),
            (long) formatBytes.length,
            names,
            nameLengths,
            values,
            valueLengths,
            (long) count
        };
    }

    /** Copies bytes and a closing zero, which costs nothing and keeps a careless reader inside. */
    private static MemorySegment bytes(Arena arena, byte[] bytes) {
        MemorySegment copy = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }
}
