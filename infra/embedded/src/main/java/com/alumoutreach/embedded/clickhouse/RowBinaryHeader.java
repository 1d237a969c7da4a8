package com.alumoutreach.embedded.clickhouse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/** The column names (and types) before the rows of {@code RowBinaryWithNames[AndTypes]}, which each streamed block repeats. */
final class RowBinaryHeader {
    private final MemorySegment block;
    private long at;

    private RowBinaryHeader(MemorySegment block) {
        this.block = block;
    }

    /** The length in bytes of the header of a block, 0 for other formats. */
    static long length(String format, MemorySegment block) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "rowbinarywithnames" -> new RowBinaryHeader(block).skip(1);
            case "rowbinarywithnamesandtypes" -> new RowBinaryHeader(block).skip(2);
            default -> 0;
        };
    }

    private long skip(int stringsPerColumn) {
        long strings = varint() * stringsPerColumn;
        for (long i = 0; i < strings; i++) {
            long length = varint();
            at += length;
        }
        return at;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = block.get(ValueLayout.JAVA_BYTE, at++);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
