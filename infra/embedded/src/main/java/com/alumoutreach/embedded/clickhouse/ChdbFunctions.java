package com.alumoutreach.embedded.clickhouse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The functions of the chDB C interface that we call, bound once; sizes are {@code size_t}, so {@code long}. */
final class ChdbFunctions {
    private final SymbolLookup symbols;
    private final Linker linker = Linker.nativeLinker();

    final MethodHandle connect;
    final MethodHandle closeConnection;
    final MethodHandle query;
    final MethodHandle openStream;
    final MethodHandle fetch;
    final MethodHandle cancelStream;
    final MethodHandle openInsert;
    final MethodHandle append;
    final MethodHandle finishInsert;
    final MethodHandle insertError;
    final MethodHandle cancelInsert;
    final MethodHandle destroyInsert;
    final MethodHandle destroyResult;
    final MethodHandle buffer;
    final MethodHandle length;
    final MethodHandle error;
    final MethodHandle resultRows;
    final MethodHandle resultBytes;
    final MethodHandle readRows;
    final MethodHandle readBytes;
    final MethodHandle writtenRows;
    final MethodHandle writtenBytes;
    final MethodHandle classify;
    final MethodHandle shutdown;
    final MethodHandle signalHandlers;

    ChdbFunctions(Path library) {
        symbols = SymbolLookup.libraryLookup(library, Arena.global());
        connect = bind("chdb_connect", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
        closeConnection = bind("chdb_close_conn", FunctionDescriptor.ofVoid(ADDRESS));
        FunctionDescriptor withParameters = FunctionDescriptor.of(
                ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                JAVA_LONG);
        query = bind("chdb_query_with_params_n", withParameters);
        openStream = bind("chdb_stream_query_with_params_n", withParameters);
        openInsert = bind("chdb_stream_insert_with_params_n", withParameters);
        fetch = bind("chdb_stream_fetch_result", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
        cancelStream = bind("chdb_stream_cancel_query", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
        append = bind("chdb_stream_append", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        finishInsert = bind("chdb_stream_done", FunctionDescriptor.of(ADDRESS, ADDRESS));
        insertError = bind("chdb_stream_insert_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        cancelInsert = bind("chdb_stream_cancel_insert", FunctionDescriptor.ofVoid(ADDRESS));
        destroyInsert = bind("chdb_destroy_insert_stream", FunctionDescriptor.ofVoid(ADDRESS));
        destroyResult = bind("chdb_destroy_query_result", FunctionDescriptor.ofVoid(ADDRESS));
        buffer = bind("chdb_result_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS));
        error = bind("chdb_result_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        length = counter("chdb_result_length");
        resultRows = counter("chdb_result_rows_read");
        resultBytes = counter("chdb_result_bytes_read");
        readRows = counter("chdb_result_storage_rows_read");
        readBytes = counter("chdb_result_storage_bytes_read");
        writtenRows = counter("chdb_result_rows_written");
        writtenBytes = counter("chdb_result_bytes_written");
        classify = bind(
                "chdb_classify_query_n",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS));
        shutdown = bind("chdb_shutdown", FunctionDescriptor.of(JAVA_INT));
        signalHandlers = bind("chdb_set_signal_handlers_enabled", FunctionDescriptor.ofVoid(JAVA_INT));
    }

    /** Calls a bound function; none of them throws into Java, so anything thrown here is a defect of ours. */
    static @Nullable Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("chDB call failed", e);
        }
    }

    static MemorySegment pointer(MethodHandle function, Object... arguments) {
        return call(function, arguments) instanceof MemorySegment segment ? segment : MemorySegment.NULL;
    }

    static long number(MethodHandle function, Object... arguments) {
        return call(function, arguments) instanceof Number number ? number.longValue() : 0;
    }

    /** Reads a C string, or null for a null pointer. */
    static @Nullable String text(MemorySegment pointer) {
        if (pointer.equals(MemorySegment.NULL)) {
            return null;
        }
        return pointer.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
    }

    private MethodHandle counter(String symbol) {
        return bind(symbol, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    }

    private MethodHandle bind(String symbol, FunctionDescriptor descriptor) {
        MemorySegment address = symbols.find(symbol)
                .orElseThrow(() -> new IllegalStateException("The chDB library has no function " + symbol));
        return linker.downcallHandle(address, descriptor);
    }
}
