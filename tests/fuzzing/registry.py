"""All targets."""

from fuzzing import arguments, containers, documents, texts

TARGETS = {
    target.name: target
    for module in (texts, containers, documents, arguments)
    for target in module.TARGETS
}
