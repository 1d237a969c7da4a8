package com.alumoutreach.contacts.importing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Finds out in which encoding a file is, while it is stored: by its byte order mark; by where its zero bytes are; by whether what
 * is not ASCII in it is UTF-8. Otherwise it is Windows-1252. A file of UTF-8 with a few broken bytes stays UTF-8, and its broken
 * rows fail.
 */
final class TextEncoding {
    static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int HEAD = 4_096;

    private final byte[] head = new byte[HEAD];
    private int headLength;
    private long good;
    private long bad;

    /** Bytes that the character at the end still needs. */
    private int needed;

    void add(byte[] part) {
        int copied = Math.min(part.length, HEAD - headLength);
        System.arraycopy(part, 0, head, headLength, copied);
        headLength += copied;
        for (byte b : part) {
            if (b < 0 || needed > 0) {
                count(b & 0xff);
            }
        }
    }

    private void count(int b) {
        if (needed > 0) {
            if ((b & 0xc0) == 0x80) {
                needed--;
                good += needed == 0 ? 1 : 0;
                return;
            }
            needed = 0;
            bad++;
        }
        if (b >= 0xc2 && b <= 0xdf) {
            needed = 1;
        } else if (b >= 0xe0 && b <= 0xef) {
            needed = 2;
        } else if (b >= 0xf0 && b <= 0xf4) {
            needed = 3;
        } else if (b >= 0x80) {
            bad++;
        }
    }

    Charset found() {
        if (starts(0xef, 0xbb, 0xbf)) {
            return StandardCharsets.UTF_8;
        }
        if (starts(0xff, 0xfe)) {
            return StandardCharsets.UTF_16LE;
        }
        if (starts(0xfe, 0xff)) {
            return StandardCharsets.UTF_16BE;
        }
        int even = zeros(0);
        int odd = zeros(1);
        // Text of the West: every second byte, or nearly, is zero.
        if (odd > headLength / 4 && even < headLength / 16) {
            return StandardCharsets.UTF_16LE;
        }
        if (even > headLength / 4 && odd < headLength / 16) {
            return StandardCharsets.UTF_16BE;
        }
        return bad > good ? WINDOWS_1252 : StandardCharsets.UTF_8;
    }

    private boolean starts(int... bytes) {
        if (headLength < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private int zeros(int first) {
        int zeros = 0;
        for (int i = first; i < headLength; i += 2) {
            zeros += head[i] == 0 ? 1 : 0;
        }
        return zeros;
    }
}
