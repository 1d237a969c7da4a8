package com.alumoutreach.embedded.clickhouse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** CityHash128 of version 1.0.2, the checksum of ClickHouse's compressed blocks; later versions give other numbers. */
final class CityHash {
    /** Both halves; the low one comes first on the wire. */
    record Hash(long low, long high) {}

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K0 = 0xc3a5c85c97cb3127L;
    private static final long K1 = 0xb492b66fbe98f273L;
    private static final long K2 = 0x9ae16a3b2f90404fL;
    private static final long K3 = 0xc949d7c7509e6557L;
    private static final long MULTIPLIER = 0x9ddfea08eb382d69L;

    private CityHash() {}

    static Hash hash128(byte[] s, int at, int length) {
        if (length >= 16) {
            return seeded(s, at + 16, length - 16, fetch(s, at) ^ K3, fetch(s, at + 8));
        }
        if (length >= 8) {
            return seeded(s, at, 0, fetch(s, at) ^ (length * K0), fetch(s, at + length - 8) ^ K1);
        }
        return seeded(s, at, length, K0, K1);
    }

    private static Hash seeded(byte[] s, int start, int length, long low, long high) {
        if (length < 128) {
            return murmur(s, start, length, low, high);
        }
        int at = start;
        int left = length;
        long x = low;
        long y = high;
        long z = length * K1;
        long v1 = Long.rotateRight(y ^ K1, 49) * K1 + fetch(s, at);
        Hash v = new Hash(v1, Long.rotateRight(v1, 42) * K1 + fetch(s, at + 8));
        Hash w = new Hash(Long.rotateRight(y + z, 35) * K1 + x, Long.rotateRight(x + fetch(s, at + 88), 53) * K1);
        while (left >= 128) {
            for (int half = 0; half < 2; half++) {
                x = Long.rotateRight(x + y + v.low + fetch(s, at + 16), 37) * K1;
                y = Long.rotateRight(y + v.high + fetch(s, at + 48), 42) * K1;
                x ^= w.high;
                y ^= v.low;
                z = Long.rotateRight(z ^ w.low, 33);
                v = weak(s, at, v.high * K1, x + w.low);
                w = weak(s, at + 32, z + w.high, y);
                long swapped = z;
                z = x;
                x = swapped;
                at += 64;
            }
            left -= 128;
        }
        y += Long.rotateRight(w.low, 37) * K0 + z;
        x += Long.rotateRight(v.low + z, 49) * K0;
        for (int done = 32; done < left + 32; done += 32) {
            int tail = at + left - done;
            y = Long.rotateRight(y - x, 42) * K0 + v.high;
            long w1 = w.low + fetch(s, tail + 16);
            x = Long.rotateRight(x, 49) * K0 + w1;
            w = new Hash(w1 + v.low, w.high);
            v = weak(s, tail, v.low, v.high);
        }
        x = mix(x, v.low);
        y = mix(y, w.low);
        return new Hash(mix(x + v.high, w.high) + y, mix(x + w.high, y + v.high));
    }

    private static Hash murmur(byte[] s, int start, int length, long low, long high) {
        long a = low;
        long b = high;
        long c;
        long d;
        if (length <= 16) {
            a = shift(a * K1) * K1;
            c = b * K1 + upTo16(s, start, length);
            d = shift(a + (length >= 8 ? fetch(s, start) : c));
        } else {
            c = mix(fetch(s, start + length - 8) + K1, a);
            d = mix(b + length, c + fetch(s, start + length - 16));
            a += d;
            int at = start;
            for (int left = length - 16; left > 0; left -= 16) {
                a = (a ^ shift(fetch(s, at) * K1) * K1) * K1;
                b ^= a;
                c = (c ^ shift(fetch(s, at + 8) * K1) * K1) * K1;
                d ^= c;
                at += 16;
            }
        }
        a = mix(a, c);
        b = mix(d, b);
        return new Hash(a ^ b, mix(b, a));
    }

    private static long upTo16(byte[] s, int at, int length) {
        if (length > 8) {
            long b = fetch(s, at + length - 8);
            return mix(fetch(s, at), Long.rotateRight(b + length, length)) ^ b;
        }
        if (length >= 4) {
            return mix(length + (fetchInt(s, at) << 3), fetchInt(s, at + length - 4));
        }
        if (length > 0) {
            long y = (s[at] & 0xFFL) + ((s[at + (length >> 1)] & 0xFFL) << 8);
            long z = length + ((s[at + length - 1] & 0xFFL) << 2);
            return shift(y * K2 ^ z * K3) * K2;
        }
        return K2;
    }

    private static Hash weak(byte[] s, int at, long seed1, long seed2) {
        long a = seed1 + fetch(s, at);
        long last = fetch(s, at + 24);
        long b = Long.rotateRight(seed2 + a + last, 21);
        long c = a;
        a += fetch(s, at + 8) + fetch(s, at + 16);
        b += Long.rotateRight(a, 44);
        return new Hash(a + last, b + c);
    }

    private static long mix(long u, long v) {
        long a = shift((u ^ v) * MULTIPLIER);
        return shift((v ^ a) * MULTIPLIER) * MULTIPLIER;
    }

    private static long shift(long value) {
        return value ^ (value >>> 47);
    }

    private static long fetch(byte[] s, int at) {
        return (long) LONG.get(s, at);
    }

    private static long fetchInt(byte[] s, int at) {
        return (int) INT.get(s, at) & 0xFFFFFFFFL;
    }
}
