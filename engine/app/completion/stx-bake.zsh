#compdef stx-bake
# Completion of stx-bake for zsh. In ~/.zshrc, behind compinit: source <(stx-bake completion zsh)

_stx_bake() {
    local program=${~words[1]} kind line
    local -a answer candidates given
    given=("${(@)words[2,CURRENT-1]}" "$PREFIX")
    answer=("${(@f)$("$program" completion zsh "${(@)given/#/:}" 2>/dev/null)}")
    kind=$answer[1]
    case $kind in
    files | directories)
        [[ $PREFIX == --*=* ]] && compset -P '*='
        if [[ $kind == files ]]; then _files; else _files -/; fi
        return
        ;;
    esac
    for line in "${(@)answer[2,-1]}"; do
        candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    _describe -t words 'stx-bake' candidates
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then _stx_bake "$@"; else compdef _stx_bake stx-bake; fi
