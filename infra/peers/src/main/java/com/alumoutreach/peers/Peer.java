package com.alumoutreach.peers;

/** An outbox with a backlog. */
interface Peer {
    /** Commits events of which none is published until {@link Target#open}. */
    void append(int count, Target target) throws Exception;

    /** Ends all its threads. */
    void stop() throws Exception;
}
