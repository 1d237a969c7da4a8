package com.alumoutreach.contacts.importing;

/** What is wrong with a whole file, in words for whoever sent it. */
final class UnreadableFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableFileException(String message) {
        super(message);
    }
}
