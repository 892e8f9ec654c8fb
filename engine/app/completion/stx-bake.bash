# Completion of stx-bake for bash. In ~/.bashrc: source <(stx-bake completion bash)

_stx_bake() {
    local program=${COMP_WORDS[0]/#\~/$HOME} line=${COMP_LINE:0:COMP_POINT} word rest kind found current prefix=
    local -a words=() answer=()
    # Bash parts words at colons and equals signs; what no blank parts belongs together.
    rest=$line
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ $rest == [[:space:]]* || ${#words[@]} -eq 0 ]]; then
            words+=('')
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        [[ ${#word} -gt ${#rest} ]] && word=$rest
        words[${#words[@]} - 1]+=$word
        rest=${rest#"$word"}
    done
    words=("${words[@]:1}")
    ((${#words[@]})) || words=('')
    mapfile -t answer < <("$program" completion bash "${words[@]/#/:}" 2>/dev/null)
    kind=${answer[0]-}
    current=${words[${#words[@]} - 1]}
    case $kind in
    files | directories)
        [[ $current == --*=* ]] && current=${current#*=}
        current=${current/#\~\//$HOME/}
        compopt -o filenames 2>/dev/null
        [[ $kind == files ]] && kind=-f || kind=-d
        mapfile -t COMPREPLY < <(compgen "$kind" -- "$current")
        return
        ;;
    esac
    # What is replaced is the part behind the last sign at which bash parts words.
    [[ $COMP_WORDBREAKS == *:* && $current == *:* ]] && prefix=${current%"${current##*:}"}
    [[ $COMP_WORDBREAKS == *=* && $current == --*=* && -z $prefix ]] && prefix=${current%%=*}=
    COMPREPLY=()
    for found in "${answer[@]:1}"; do
        found=${found%%$'\t'*}
        COMPREPLY+=("${found#"$prefix"}")
    done
}

complete -F _stx_bake stx-bake
