package com.alumoutreach.embedded.clickhouse;

import java.io.DataInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * ClickHouse's own compression ({@code compress=1}, {@code decompress=1}): blocks of a CityHash128 checksum, a method, two
 * sizes and LZ4 data.
 */
final class CompressedBlocks {
    private static final int CHECKSUM = 16;
    private static final int HEADER = 9;
    private static final byte LZ4 = (byte) 0x82;
    private static final byte NONE = 0x02;
    private static final int BLOCK = 1 << 20;
    // ClickHouse refuses larger blocks too (DBMS_MAX_COMPRESSED_SIZE is 1 GiB); ours must fit the heap.
    private static final int MAX_BLOCK = 128 << 20;
    private static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();

    private CompressedBlocks() {}

    /** Compresses what is written; closing it writes the last block. */
    static OutputStream compress(OutputStream out) {
        return new Compressor(out);
    }

    /** Decompresses and checks what is read. */
    static InputStream decompress(InputStream in) {
        return new Decompressor(new DataInputStream(in));
    }

    private static final class Compressor extends FilterOutputStream {
        private final byte[] plain = new byte[BLOCK];
        private final byte[] packed =
                new byte[CHECKSUM + HEADER + FACTORY.fastCompressor().maxCompressedLength(BLOCK)];
        private int filled;

        Compressor(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            while (at < offset + length) {
                int n = Math.min(BLOCK - filled, offset + length - at);
                System.arraycopy(bytes, at, plain, filled, n);
                filled += n;
                at += n;
                if (filled == BLOCK) {
                    writeBlock();
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (filled > 0) {
                writeBlock();
            }
            super.close();
        }

        private void writeBlock() throws IOException {
            int size = HEADER + FACTORY.fastCompressor().compress(plain, 0, filled, packed, CHECKSUM + HEADER);
            ByteBuffer block = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
            block.put(CHECKSUM, LZ4).putInt(CHECKSUM + 1, size).putInt(CHECKSUM + 5, filled);
            CityHash.Hash hash = CityHash.hash128(packed, CHECKSUM, size);
            block.putLong(0, hash.low()).putLong(8, hash.high());
            out.write(packed, 0, CHECKSUM + size);
            filled = 0;
        }
    }

    private static final class Decompressor extends InputStream {
        private final DataInputStream in;
        private byte[] plain = new byte[0];
        private int at;

        Decompressor(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (at == plain.length) {
                if (!readBlock()) {
                    return -1;
                }
            }
            int n = Math.min(length, plain.length - at);
            System.arraycopy(plain, at, bytes, offset, n);
            at += n;
            return n;
        }

        private boolean readBlock() throws IOException {
            byte[] head = new byte[CHECKSUM + HEADER];
            int got = in.readNBytes(head, 0, head.length);
            if (got == 0) {
                return false;
            }
            ByteBuffer header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            int size = header.getInt(CHECKSUM + 1);
            int plainSize = header.getInt(CHECKSUM + 5);
            boolean sane = got == head.length && size >= HEADER && size <= MAX_BLOCK && plainSize >= 0;
            if (!sane || plainSize > MAX_BLOCK) {
                throw broken("bad block header");
            }
            byte[] block = new byte[size];
            System.arraycopy(head, CHECKSUM, block, 0, HEADER);
            if (in.readNBytes(block, HEADER, size - HEADER) < size - HEADER) {
                throw broken("the last block is cut");
            }
            CityHash.Hash hash = CityHash.hash128(block, 0, size);
            if (hash.low() != header.getLong(0) || hash.high() != header.getLong(8)) {
                throw ClickHouseException.of(40, "CHECKSUM_DOESNT_MATCH", "Checksum doesn't match: corrupted data.");
            }
            plain = unpack(block, plainSize);
            at = 0;
            return true;
        }

        private static byte[] unpack(byte[] block, int plainSize) {
            byte[] unpacked = new byte[plainSize];
            if (block[0] == NONE && plainSize == block.length - HEADER) {
                System.arraycopy(block, HEADER, unpacked, 0, plainSize);
            } else if (block[0] == LZ4) {
                try {
                    FACTORY.safeDecompressor().decompress(block, HEADER, block.length - HEADER, unpacked, 0);
                } catch (LZ4Exception e) {
                    throw broken("bad LZ4 data");
                }
            } else {
                throw ClickHouseException.of(
                        ClickHouseException.UNKNOWN_COMPRESSION_METHOD,
                        "UNKNOWN_COMPRESSION_METHOD",
                        "Only LZ4 blocks are supported");
            }
            return unpacked;
        }

        private static ClickHouseException broken(String what) {
            return ClickHouseException.of(
                    ClickHouseException.CANNOT_DECOMPRESS, "CANNOT_DECOMPRESS", "Cannot decompress: " + what);
        }
    }
}
