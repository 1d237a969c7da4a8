package com.alumoutreach.analytics.ingesting;

import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A set of ids that may take another id for one of its own, once in many billions: it keeps 64 bits of each, in one array. A
 * {@code HashSet} of as many needs seven times the memory, and as many objects that a collector must follow.
 */
final class IdSet {
    /** Marks a free place; an id of which nothing else is left becomes {@link #INSTEAD_OF_FREE}. */
    private static final long FREE = 0;

    private static final long INSTEAD_OF_FREE = 1;
    /** The golden ratio's fraction, as in Fibonacci hashing: neighbouring numbers come to lie far apart. */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    /** Another one each time, and odd: nobody can choose ids that all come to lie together. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    private long[] places;
    private int size;

    /** @param expected how many there will be; more are taken too */
    IdSet(int expected) {
        places = new long[Integer.highestOneBit(Math.max(1, expected)) << 2];
    }

    int size() {
        return size;
    }

    void add(UUID id) {
        if (size >= places.length / 2) {
            grow();
        }
        put(digest(id));
    }

    boolean contains(UUID id) {
        return places[place(digest(id))] != FREE;
    }

    void clear() {
        Arrays.fill(places, FREE);
        size = 0;
    }

    private void put(long digest) {
        int place = place(digest);
        if (places[place] == FREE) {
            places[place] = digest;
            size++;
        }
    }

    /** Where it is, or where it would go. */
    private int place(long digest) {
        int place = (int) (digest * multiplier >>> Long.numberOfLeadingZeros(places.length) + 1);
        while (places[place] != FREE && places[place] != digest) {
            place = place + 1 & places.length - 1;
        }
        return place;
    }

    private void grow() {
        long[] old = places;
        places = new long[2 * old.length];
        size = 0;
        for (long digest : old) {
            if (digest != FREE) {
                put(digest);
            }
        }
    }

    private static long digest(UUID id) {
        long digest =
                Long.rotateLeft(id.getMostSignificantBits() * GOLDEN, Long.SIZE / 2) ^ id.getLeastSignificantBits();
        return digest == FREE ? INSTEAD_OF_FREE : digest;
    }
}
