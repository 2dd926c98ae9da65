import GraftNN

extension KeyMapping {
  /// torchvision's files of vision transformers in the spelling of ``VisionTransformer``, which is timm's:
  /// `encoder.layers.encoder_layer_3.self_attention.in_proj_weight` becomes `blocks.3.attn.qkv.weight`. Older files say `linear_1` and
  /// `linear_2` for the feed-forward block's layers. For up to 64 layers.
  public static let torchvisionVisionTransformer: KeyMapping = [
    KeyMapping(
      [
        ("class_token", "cls_token"), ("conv_proj", "patch_embed.proj"),
        ("encoder.pos_embedding", "pos_embed"), ("encoder.ln", "norm"), ("heads.head", "head"),
        ("ln_1", "norm1"), ("ln_2", "norm2"),
        ("self_attention.in_proj_weight", "attn.qkv.weight"),
        ("self_attention.in_proj_bias", "attn.qkv.bias"),
        ("self_attention.out_proj", "attn.proj"),
        ("mlp.0", "mlp.fc1"), ("mlp.3", "mlp.fc2"), ("mlp.linear_1", "mlp.fc1"), ("mlp.linear_2", "mlp.fc2"),
      ].map { .renaming($0, to: $1) }),
    KeyMapping((0..<64).map { .renaming("encoder.layers.encoder_layer_\($0)", to: "blocks.\($0)") }),
  ]
}
