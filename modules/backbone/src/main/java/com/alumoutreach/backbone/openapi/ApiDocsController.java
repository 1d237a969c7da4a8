package com.alumoutreach.backbone.openapi;

import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.core.io.ResourceResolver;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.types.files.StreamedFile;
import io.micronaut.security.annotation.Secured;
import io.micronaut.security.rules.SecurityRule;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code /docs}: the descriptions that the build made of every module here, in a user interface that needs no other host. */
@Controller("/docs")
@Hidden
@Secured(SecurityRule.IS_ANONYMOUS)
class ApiDocsController {
    private final ResourceResolver resources;
    private final List<ServiceModule> modules;

    ApiDocsController(ResourceResolver resources, List<ServiceModule> modules) {
        this.resources = resources;
        this.modules = modules;
    }

    @Get
    @Produces(MediaType.TEXT_HTML)
    String page() {
        String urls = specs().stream()
                .map(name -> "{url: '/docs/specs/" + name + ".yml', name: '" + name + "'}")
                .collect(Collectors.joining(", "));
        return """
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>AlumOutreach API</title>
                <link rel="stylesheet" href="/docs/ui/swagger-ui.css"></head><body><div id="ui"></div>
                <script src="/docs/ui/swagger-ui-bundle.js"></script>
                <script src="/docs/ui/swagger-ui-standalone-preset.js"></script>
                <script>SwaggerUIBundle({dom_id: '#ui', urls: [%s], validatorUrl: null, layout: 'StandaloneLayout',
                presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset]})</script></body></html>
                """.formatted(urls);
    }

    @Get("/specs/{name}.yml")
    @Produces("application/yaml")
    HttpResponse<StreamedFile> spec(@PathVariable String name) {
        if (!specs().contains(name)) {
            return HttpResponse.notFound();
        }
        return resources
                .getResourceAsStream("classpath:META-INF/swagger/" + name + ".yml")
                .map(stream -> HttpResponse.ok(new StreamedFile(stream, MediaType.of("application/yaml"))))
                .orElseGet(HttpResponse::notFound);
    }

    private List<String> specs() {
        return java.util.stream.Stream.concat(
                        modules.stream().map(ServiceModule::name), java.util.stream.Stream.of("backbone"))
                .filter(name -> resource(name).isPresent())
                .sorted()
                .toList();
    }

    private Optional<java.net.URL> resource(String name) {
        return resources.getResource("classpath:META-INF/swagger/" + name + ".yml");
    }
}
