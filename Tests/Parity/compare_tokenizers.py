#!/usr/bin/env python3
"""Compares the tokenizers with the Python package `tokenizers` on about a megabyte of mixed text.

    python3 Tests/Parity/compare_tokenizers.py FOLDER... [--text FILE] [--kilobytes 1000] [--seed 1]

Each folder holds a published tokenizer: tokenizer.json, or vocab.txt, or vocab.json and merges.txt (encoder.json and vocab.bpe).
Texts are made of characters of every category, marks and compositions above all, of words of the text file, and of special
tokens; some are pairs, some cut into words. Ids, types, offsets and words have to be equal. Needs `pip install tokenizers numpy`.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer, Tokenizer

PACKAGE = Path(__file__).resolve().parents[2]
SPECIAL = ["[MASK]", "[CLS]", "[SEP]", "[mask]", "<|endoftext|>", " <mask> ", "<s>", "</s>", "'s", "'re", "'LL", "don't", "'"]
ODD = "\t\n\r\x0b\x0c\x1c\x85\xa0\u2028\u3000\u200b\u200d\xad\ufeff\0\ufffd\x7f"


def load(folder):
    """The reference for the files that `loadTokenizer(from:)` takes."""
    if (folder / "tokenizer.json").exists():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
    if (folder / "vocab.txt").exists():
        config = folder / "tokenizer_config.json"
        settings = json.loads(config.read_text()) if config.exists() else {}
        return BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=settings.get("do_lower_case", True))
    for vocabulary, merges in [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]:
        if (folder / vocabulary).exists():
            tokenizer = ByteLevelBPETokenizer(str(folder / vocabulary), str(folder / merges))
            if tokenizer.token_to_id("<|endoftext|>") is not None:
                tokenizer.add_special_tokens(["<|endoftext|>"])
            return tokenizer
    sys.exit(f"{folder} has no tokenizer")


def characters():
    """The code points of each category, those that combine, and those that decompose."""
    scalars = [chr(value) for value in range(0x110000) if not 0xD800 <= value < 0xE000]
    categories = {}
    for scalar in scalars:
        categories.setdefault(unicodedata.category(scalar), []).append(scalar)
    marks = [scalar for scalar in scalars if unicodedata.combining(scalar)]
    composed = [scalar for scalar in scalars if unicodedata.normalize("NFD", scalar) != scalar]
    return list(categories.values()), marks, composed


def corpus(words, kilobytes, seed):
    """Texts, pairs of texts and lists of words."""
    generator = random.Random(seed)
    categories, marks, composed = characters()

    def character():
        kind = generator.random()
        if kind < 0.15:
            return generator.choice(generator.choice(categories))
        if kind < 0.3:
            return generator.choice(marks)
        if kind < 0.4:
            return generator.choice(composed)
        if kind < 0.45:
            return generator.choice(ODD)
        if kind < 0.5:
            return chr(generator.choice([generator.randrange(0x4E00, 0xA000), generator.randrange(0x1F300, 0x1FB00)]))
        return chr(generator.randrange(0x20, 0x7F))

    def text():
        parts = []
        for _ in range(generator.randrange(8)):
            kind = generator.random()
            if kind < 0.5:
                parts.append(generator.choice(words))
            elif kind < 0.9:
                parts.append("".join(character() for _ in range(generator.randrange(1, 12))))
            else:
                parts.append(generator.choice(SPECIAL))
            parts.append(generator.choice(["", " ", " ", "  "]))
        return "".join(parts)

    items = [{"a": scalar * count} for scalar in "xé한" for count in (99, 100, 101, 10_000)] + [{"a": ""}, {"a": "  "}]
    size = 0
    while size < 1000 * kilobytes:
        kind = generator.random()
        if kind < 0.7:
            items.append({"a": text()})
        elif kind < 0.85:
            items.append({"a": text(), "b": text()})
        else:
            items.append({"w": [generator.choice([text(), *generator.choices(words, k=2)]) for _ in range(generator.randrange(6))]})
        size += sum(len("".join(value).encode()) for value in items[-1].values())
    return items, size


def expected(tokenizer, item):
    if "w" in item:
        encoding = tokenizer.encode(item["w"], is_pretokenized=True)
    else:
        encoding = tokenizer.encode(item["a"], item.get("b"))
    return {
        "i": encoding.ids, "t": encoding.type_ids, "o": [place for pair in encoding.offsets for place in pair],
        "w": [-1 if word is None else word for word in encoding.word_ids]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--text", type=Path, default=PACKAGE / "README.md")
    parser.add_argument("--kilobytes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    words = options.text.read_text().split()
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for number, folder in enumerate(options.folders):
            tokenizer = load(folder)
            items, size = corpus(words, options.kilobytes, options.seed + number)
            results = [expected(tokenizer, item) for item in items]
            file = Path(scratch) / "corpus.json"
            file.write_text(json.dumps({"folder": str(folder.resolve()), "items": items, "expected": results}))
            run = subprocess.run(
                ["swift", "test", "--filter", "TokenizerCorpusTests"], cwd=PACKAGE, capture_output=True, text=True,
                env={**os.environ, "GRAFT_TOKENIZER_CORPUS": str(file)})
            failed = failed or run.returncode != 0
            tokens = sum(len(result["i"]) for result in results)
            print(f"{folder}: {len(items)} texts, {size} bytes, {tokens} tokens: {'DIFFERENT' if run.returncode else 'equal'}")
            if run.returncode:
                print(run.stdout[-4000:], run.stderr[-2000:])
    sys.exit(failed)


main()
