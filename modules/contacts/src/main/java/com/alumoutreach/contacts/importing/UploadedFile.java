package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.database.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads an uploaded file part by part, so that a file of any size needs the memory of one part. */
final class UploadedFile extends InputStream {
    private final Database database;
    private final ImportRepository imports;
    private final ContactImport of;
    private int nextPart;
    private long position;
    private InputStream part = new ByteArrayInputStream(new byte[0]);

    UploadedFile(Database database, ImportRepository imports, ContactImport of) {
        this.database = database;
        this.imports = imports;
        this.of = of;
    }

    /** How many bytes were taken out of it. */
    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = part.read(buffer, offset, length);
        while (count < 0) {
            Optional<byte[]> next = load(nextPart);
            if (next.isEmpty()) {
                return -1;
            }
            nextPart++;
            part = new ByteArrayInputStream(next.get());
            count = part.read(buffer, offset, length);
        }
        position += count;
        return count;
    }

    private Optional<byte[]> load(int number) {
        return database.inTransaction(of.tenantId(), tx -> imports.part(tx, of, number));
    }
}
