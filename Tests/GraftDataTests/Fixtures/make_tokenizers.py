"""Makes the folder Tokenizers with the Python package `tokenizers` (0.23.3; Python 3.11, whose tables are Unicode 14).

Small vocabularies, trained on the sentences below, and what the package makes of texts of every kind.
"""

import json
import random
import unicodedata
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from tokenizers import BertWordPieceTokenizer

FOLDER = Path(__file__).parent / "Tokenizers"
SENTENCES = """
A pretrained network is given a new head, and what it learned before is kept. The head is trained first; then its stages
thaw one after the other, the last one first. Don't unfreeze them all at once: they'll forget, and we've seen it happen.
I'm told that you're certain it's wrong. He'd say she couldn't know. Batches of 32 or 64 images, 224 pixels wide, 3 channels.
Wie schön die Blüten heute duften! Über allen Gipfeln ist Ruh. Élève, garçon, naïve, señor, façade, Ångström, İstanbul.
Быстрая лиса прыгает через ленивую собаку. Καλημέρα κόσμε, τι κάνεις; 你好，世界。学习语言模型。こんにちは世界。안녕하세요 세계.
Reading, writing, running, walked, talked, unhappiness, tokenization, transformers, networks, training, learning, keeping.
""".strip()
# Too long for its decoding to be compared: the package writes added tokens that it looks for in normalised text in lower case.
ADDED = "newWord NEWWORD anewWord the then cat catalog cat  and then newWord once more, Newword cat"


def word_piece_vocabulary():
    """Tokens of a WordPiece tokenizer, in lower case and as written."""
    model = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    model.normalizer = normalizers.BertNormalizer(lowercase=False)
    model.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    lower = normalizers.BertNormalizer(lowercase=True).normalize_str(SENTENCES)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    alphabet = list("0123456789abcdefghijklmnopqrstuvwxyz한국한中é\u0301!?.,'#[]-")
    model.train_from_iterator(
        (SENTENCES + "\n" + lower).split("\n"),
        trainers.WordPieceTrainer(vocab_size=700, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    return model.get_vocab()


def byte_level_model():
    model = Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    model.decoder = decoders.ByteLevel()
    model.post_processor = processors.ByteLevel(trim_offsets=False)
    model.train_from_iterator(
        SENTENCES.split("\n"),
        trainers.BpeTrainer(
            vocab_size=620, special_tokens=["<|endoftext|>"], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return model


def texts():
    """Texts of every kind that tokenizers trip over."""
    generator = random.Random(1)
    result = ["", " ", " \t\n\r ", "a", "Hello, world!", "\0", "a\0b", "\ufffd", "a\ufffdb", "\u0301", "e\u0301\u0323 é ê\u0323"]
    result += [part + " " * count + "b" for count in (1, 2, 3) for part in ("a", "a\n", "a\u00a0", "a\t\u3000", "")]
    result += ["don't DON'T it's we'll they've you're I'm he'd 'tis 's 'S ''s' o'clock x'll'", " 're"]
    result += ["ﬁne ½ ² Ⅷ ①", "ǅ ß ẞ İ ı Σίσυφος ΣΑΣ", "한국어 안녕", "你好世界 a中b 㐀𠀀 豈", "שלום עולם مرحبا ١٢٣", "हिन्दी ไทย ភាសា"]
    result += ["👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪", "a👍b", "x\u200by\u00adz\ufeff", "\x7f\x80\x85\x1c\u2028\u2029x", "A\u030a\u0345\u0323 \u0344\u0323 \U0001d15e\u302e\u302f"]
    result += ["q\u302e\u302a\u0301\u302f", "\u1734 \u1885 \U000111c9 \U00011938 \u166d \u088e \u08e2 \ue000", "naïve façade Ångström"]
    result += ["[MASK] [CLS]x[SEP] [mask] [UNK]", "a <|endoftext|> b<|endoftext|>", " <mask> keep<mask>  x", ADDED, "##ing #a ..."]
    result += ["x" * 99, "x" * 100, "x" * 101, "é" * 100, "é" * 101, "한" * 34, "x" * 10000, "ab" * 500 + " c", " " * 300 + "x"]
    # Three code points of each category, alone between letters and in a row.
    by_category = {}
    for value in range(0x110000):
        if not 0xD800 <= value < 0xE000:
            by_category.setdefault(unicodedata.category(chr(value)), []).append(chr(value))
    for category in sorted(by_category):
        chosen = generator.choices(by_category[category], k=3)
        result.append(f"a{chosen[0]}b {chosen[1]}{chosen[2]} 1{chosen[1]}")
    result += [line[start : start + 60] for line in SENTENCES.split("\n") for start in (0, 60)]
    return result


def pairs():
    return [("Is it wrong?", "It's not."), ("", "a"), ("a", ""), (" training the head", " [MASK] <mask> of networks")]


def word_lists():
    return [["Over", "all", "the", "summits", ",", "U.S.A."], ["", "a", "\0", " b c ", "Ångström"], ["don't", "<mask>", "[MASK] x"], []]


def digest(numbers):
    """FNV-1a of 64 bits over numbers."""
    value = 0xCBF29CE484222325
    for number in numbers:
        value = (value ^ (number & 0xFFFFFFFF)) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def result(encoding):
    """Ids, offsets (start and end in turn) and words of a text; of long ones a digest."""
    offsets = [place for pair in encoding.offsets for place in pair]
    words = [-1 if word is None else word for word in encoding.word_ids]
    if len(encoding.ids) > 60:
        return {"count": len(encoding.ids), "digest": digest(encoding.ids + offsets + words)}
    return {"i": encoding.ids, "o": offsets, "w": words}


def encodings(tokenizer):
    """What a tokenizer makes of everything."""
    return {
        "texts": [result(tokenizer.encode(text)) for text in texts()],
        "pairs": [
            {**result(tokenizer.encode(*pair)), "t": tokenizer.encode(*pair).type_ids} for pair in pairs()],
        "words": [result(tokenizer.encode(words, is_pretokenized=True)) for words in word_lists()],
        "decoded": [
            tokenizer.decode(tokenizer.encode(text).ids) for text in texts() if len(text) < 70],
    }


def truncations(tokenizer):
    """Lengths of two texts after truncation: room, lengths before, lengths after."""
    rows = []
    for room in range(3, 11):
        tokenizer.enable_truncation(room)
        for first in range(1, 7):
            for second in range(1, 7):
                ids = tokenizer.encode(" ".join("a" * first), " ".join("b" * second)).sequence_ids
                rows.append([room, first, second, ids.count(0), ids.count(1)])
    tokenizer.no_truncation()
    return rows


def ranges(condition):
    """Where a condition holds: first and last code point of each range, in turn."""
    found = []
    for value in range(0x110000):
        if 0xD800 <= value < 0xE000 or not condition(chr(value)):
            continue
        if found and found[-1] == value - 1:
            found[-1] = value
        else:
            found += [value, value]
    return found


def unicode_classes():
    """What the package takes each code point for."""
    clean = normalizers.BertNormalizer(True, False, False, False)
    marks = normalizers.Sequence([normalizers.StripAccents()])
    words = pre_tokenizers.BertPreTokenizer()
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False)
    accents = normalizers.BertNormalizer(False, False, True, False)
    joins = lambda base: lambda c: len(bytes_.pre_tokenize_str(base + c)) == 1
    return {
        "unwanted": ranges(lambda c: clean.normalize_str(c) == ""),
        "whitespace": ranges(lambda c: len(words.pre_tokenize_str(f"a{c}b")) == 2),
        "punctuation": ranges(lambda c: len(words.pre_tokenize_str(f"a{c}b")) == 3),
        "nonspacingMark": ranges(
            lambda c: len(normalizers.NFD().normalize_str(c)) == 1 and accents.normalize_str(c) == ""),
        "letter": ranges(joins("a")),
        "number": ranges(joins("1")),
    }


def normalized_blocks(lowercase):
    """Digests of the normal forms of blocks of 1,024 code points, of those that Unicode 14 has."""
    normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    digests = []
    for block in range(0, 0x110000, 0x400):
        text = "".join(
            chr(value) + "\n" for value in range(block, block + 0x400) if unicodedata.category(chr(value)) not in ("Cn", "Cs"))
        digests.append(digest(map(ord, normalizer.normalize_str(text))) if text else "")
    return digests


def write(name, value):
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main():
    FOLDER.mkdir(exist_ok=True)
    vocabulary = word_piece_vocabulary()
    lines = sorted(vocabulary, key=vocabulary.get)
    (FOLDER / "vocab.txt").write_text("\n".join(lines) + "\n")
    uncased = BertWordPieceTokenizer(str(FOLDER / "vocab.txt"), lowercase=True)
    cased = BertWordPieceTokenizer(str(FOLDER / "vocab.txt"), lowercase=False)

    word_piece = BertWordPieceTokenizer(str(FOLDER / "vocab.txt"), lowercase=True)._tokenizer
    word_piece.add_tokens([
        AddedToken("newWord", normalized=True), AddedToken("the", normalized=True, single_word=True),
        AddedToken("cat", normalized=False, single_word=True, rstrip=True)])
    word_piece.save(str(FOLDER / "wordpiece.json"), pretty=False)

    gpt = byte_level_model()
    gpt.model.save(str(FOLDER))

    roberta = Tokenizer(models.BPE.from_file(str(FOLDER / "vocab.json"), str(FOLDER / "merges.txt")))
    roberta.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    roberta.decoder = decoders.ByteLevel()
    roberta.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)])
    roberta.post_processor = processors.RobertaProcessing(
        ("</s>", roberta.token_to_id("</s>")), ("<s>", roberta.token_to_id("<s>")), trim_offsets=True, add_prefix_space=True)
    roberta.save(str(FOLDER / "roberta.json"), pretty=False)

    write("cases.json", {"texts": texts(), "pairs": pairs(), "words": word_lists()})
    for name, tokenizer in [
        ("uncased", uncased), ("cased", cased), ("wordpiece", word_piece), ("gpt2", gpt), ("roberta", roberta)]:
        write(f"expected-{name}.json", encodings(tokenizer))
    write("truncations.json", truncations(word_piece))
    write("unicode.json", {
        "classes": unicode_classes(), "uncased": normalized_blocks(True), "cased": normalized_blocks(False)})


main()
