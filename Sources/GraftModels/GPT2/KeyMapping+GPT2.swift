import GraftNN

extension KeyMapping {
  /// Published GPT-2 files in the spelling of ``GPT2LanguageModel`` and ``GPT2Classifier``: names of the bare model get the prefix
  /// `transformer.`; weights that are stored `[inputs, outputs]` are turned; `attn.bias` and `attn.masked_bias`, which are causal
  /// masks, are dropped.
  public static let gpt2: KeyMapping = [
    .strippingPrefix("module."), .strippingPrefix("transformer."),
    KeyMapping(["wte", "wpe", "h", "ln_f"].map { .addingPrefix("transformer.", to: $0) }),
    .dropping("transformer.h.*.attn.bias"), .dropping("transformer.h.*.attn.masked_bias"),
    turningGPT2,
  ]

  /// Exchanges the axes of the weights that GPT-2's files store `[inputs, outputs]`: both ways, for saving too.
  static let turningGPT2: KeyMapping = [
    .transposing("**.attn.c_attn.weight"), .transposing("**.attn.c_proj.weight"),
    .transposing("**.mlp.c_fc.weight"), .transposing("**.mlp.c_proj.weight"),
  ]
}
