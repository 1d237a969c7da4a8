package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a file, read forward. */
interface FileRows extends AutoCloseable {
    /** The names of the columns; for a file without a header those of its first row. */
    List<String> header();

    /** How many rows were read. */
    long position();

    void skipTo(long row);

    /**
     * @return null at the end
     * @throws UnreadableFileException when nothing after it can be read
     */
    @Nullable
    Row next();

    @Override
    void close() throws IOException;

    /** A row, from 1. */
    interface Row {
        long number();

        /** Its values as texts, for the list of errors. */
        List<String> cells();

        int characters();

        /** @throws ProblemException what is wrong with it */
        RowDraft draft();
    }
}
