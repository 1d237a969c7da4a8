package com.alumoutreach.backbone.probe;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Part;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.multipart.CompletedFileUpload;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Counts the bytes of a form's file. */
@Controller("/probe/forms")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured(SecurityRule.IS_ANONYMOUS)
@Requires(property = "probe.enabled", value = "true")
class FormController {
    @Post
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    long count(@Part("file") CompletedFileUpload file) throws IOException {
        try (InputStream content = file.getInputStream()) {
            return content.transferTo(OutputStream.nullOutputStream());
        }
    }
}
