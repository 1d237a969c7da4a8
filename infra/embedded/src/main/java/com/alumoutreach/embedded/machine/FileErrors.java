package com.alumoutreach.embedded.machine;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Errors in words: the message of most of Java's file exceptions is the file's name alone. */
public final class FileErrors {
    private FileErrors() {}

    /** One line, for the end of a message. */
    public static String reason(IOException error) {
        return switch (error) {
            case AccessDeniedException e -> "no permission for " + e.getFile();
            case FileAlreadyExistsException e -> e.getFile() + " is in the way";
            case NoSuchFileException e -> "there is no " + e.getFile();
            default -> String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
        };
    }
}
