package com.alumoutreach.operations;

import java.util.List;

/** The services that are deployed: the modules with a marker, but for the suite, which is all of them in one. */
final class Modules {
    private Modules() {}

    static List<String> services() {
        return Tree.below("modules", "src/main/resources/service.marker").stream()
                .map(marker ->
                        Tree.file("modules").relativize(marker).getName(0).toString())
                .filter(name -> !name.equals("suite"))
                .toList();
    }
}
